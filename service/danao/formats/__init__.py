"""The formats that are written: JSON Schemas of the JSON output, the JSON-LD context and what is written with it."""
