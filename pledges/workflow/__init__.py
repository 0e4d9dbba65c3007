"""The editorial workflow: review of follow-ups, uploads and downloads of evidence, demo accounts."""
