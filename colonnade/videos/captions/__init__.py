"""Captions of videos, by language: read from SRT and WebVTT, kept as WebVTT, served beside what plays."""
