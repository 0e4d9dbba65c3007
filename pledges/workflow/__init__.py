"""The editorial workflow: review of follow-ups, uploaded and downloaded files, accounts."""
