"""A task in Python that knows nothing of Azure: the months of one year of weather, as a table and as a chart."""

import csv
import sys
from collections import defaultdict
from pathlib import Path

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def main(data: str, year: str) -> None:
    days = defaultdict(list)
    with open(data, newline="", encoding="utf-8") as file:
        for day in csv.DictReader(file):
            if day["date"].startswith(f"{year}-"):
                days[int(day["date"][5:7])].append(day)
    if not days:
        Path("missing-year.txt").write_text(f"{data} has no day of {year}\n", encoding="utf-8")
        sys.exit(f"{data} has no day of {year}")

    results = Path("results")
    results.mkdir(exist_ok=True)
    months = []
    with open(results / f"{year}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["month", "days", "rain_mm", "mean_high", "highest"])
        for month in sorted(days):
            highs = [float(day["temp_max"]) for day in days[month]]
            rain = sum(float(day["precipitation"]) for day in days[month])
            mean = sum(highs) / len(highs)
            months.append(mean)
            table.writerow([f"{year}-{month:02}", len(highs), f"{rain:.1f}", f"{mean:.1f}", max(highs)])
            # The log is in the store while the task still runs.
            print(f"{MONTHS[month - 1]} {year}: {len(highs)} days, {rain:.1f} mm of rain", flush=True)
    Path("chart.svg").write_text(chart(year, months), encoding="utf-8")


def chart(year: str, months: list[float]) -> str:
    bars = "".join(
        f'<rect x="{20 * index + 4}" y="{120 - 3 * mean:.1f}" width="14" height="{3 * mean:.1f}"/>'
        for index, mean in enumerate(months)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="244" height="140" fill="#0078d4">{bars}'
        f'<text x="4" y="135" font-size="12">{year}: mean highs of the months</text></svg>\n'
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
