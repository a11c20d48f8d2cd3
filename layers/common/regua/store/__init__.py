"""DynamoDB and its in-memory twin: keys, mapping, transactions."""
