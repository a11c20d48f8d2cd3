"""The réguas that come with Régua, as data, and the JSON Schemas of the files an owner writes (`schema/`)."""
