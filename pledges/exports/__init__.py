"""Write the public record to files: JSON Lines, CSV, XLSX and a Data Package."""
