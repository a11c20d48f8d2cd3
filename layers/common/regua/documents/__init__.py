"""What is drawn rather than written: QR codes and boleto barcodes. Each module is imported by whoever draws."""

from regua.documents.itf import itf_svg
from regua.documents.qr import qr_png, qr_svg

__all__ = ["itf_svg", "qr_png", "qr_svg"]
