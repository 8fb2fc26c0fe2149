"""The document for paper, in the order of the ICH M11 protocol template: PDF and Word over one list of blocks."""
