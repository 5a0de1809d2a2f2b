"""The registry: what was submitted, decided and published, kept for good, indexed in a store, and verifiable."""
