"""A corpus built: pages harvested and measured, settled over the whole, stored with the rest and the reasons."""
