"""Codes people and machines read: boleto lines, Pix codes, SMS alphabets, numbers of telephones and persons."""
