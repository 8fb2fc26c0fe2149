"""The language server, `trialc lsp`: what an editor asks of a file, answered from the compiler's own results."""
