"""What analysis finds: one frozen class per code, stage letter A."""
