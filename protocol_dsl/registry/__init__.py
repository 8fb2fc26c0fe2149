"""Registry records: read into numbered sentences, and held against the protocol that encodes them."""
