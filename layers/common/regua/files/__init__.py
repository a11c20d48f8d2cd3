"""Spreadsheets and bank files."""
