"""The public record as a Data Package (datapackage.org): a folder of CSV files that describes itself."""
