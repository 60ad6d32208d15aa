"""Drug administration worked out from the chart: minutes, services, the initial slot, and the other readings."""
