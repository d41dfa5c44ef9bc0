"""Texts that belong together: translations mined from comparable text, documents aligned, bilingual documents."""
