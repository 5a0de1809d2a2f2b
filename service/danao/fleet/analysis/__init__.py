"""What the results of a fleet tell: ranking, heat map, statistics and questions, with DuckDB over their Parquet."""
