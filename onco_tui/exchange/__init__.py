"""Files in and out: encounter documents, X12 837 professional claims, and tables for export."""
