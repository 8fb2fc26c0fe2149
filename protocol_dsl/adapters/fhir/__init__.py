"""Patients from FHIR R4 and R5: Bundles and bulk exports, read as plain JSON by the protocol's own code bindings."""
