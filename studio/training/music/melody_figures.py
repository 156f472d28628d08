"""The figures of a melody model in words, for its README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

GROUPS = {
    "attribute_control": "nearest of {nearest_of}",
    "attribute_control_of_one_answer": "of one answer",
    "attribute_control_without_guidance": "of one, no guidance",
}


def paragraphs(metrics: Mapping[str, Any]) -> str:
    """Paragraphs and tables of all that `melody_evaluation.evaluate` returns."""
    return "\n\n".join(_parts(metrics))


def _parts(metrics: Mapping[str, Any]) -> Iterator[str]:
    nats = metrics["nats_per_event"]
    heads = ", ".join(f"{name} {value:.3f}" for name, value in nats.items() if name != "event")
    yield (
        f"{nats['event']:.3f} nats a note ({heads}) on {metrics['held_out_tunes']} dance tunes that neither trained it "
        f"nor chose its best step (no variants of trained tunes among them); {metrics['measured']}; as bundled."
    )
    others = metrics.get("nats_of_other_styles", {})
    if others:
        yield "Held-out melodies of other styles: " + _listed(others) + " nats a note."
    if "attribute_control" in metrics:
        yield _control(metrics)
    if "style_blending" in metrics:
        yield _blending(metrics)
    if "chords" in metrics:
        yield _chords(metrics["chords"])


def _listed(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


def _control(metrics: Mapping[str, Any]) -> str:
    """A table: each attribute's rank correlation and hit rate, in each way of asking."""
    ways = {key: found for key, found in metrics.items() if key.startswith("attribute_control")}
    titles = [GROUPS[key].format(**found) for key, found in ways.items()]
    names = [name for name, value in metrics["attribute_control"].items() if isinstance(value, dict)]
    lines = [
        f"| {name} | "
        + " | ".join(
            f"{found[name]['spearman']:.2f}, {found[name]['share_in_the_fifth_asked_for']:.0%}"
            for found in ways.values()
        )
        + " |"
        for name in names
    ]
    head = f"| asked for | {' | '.join(titles)} |\n|---|{'---|' * len(titles)}\n"
    guidance = metrics["attribute_control"]["guidance"]
    return (
        f"Attributes, asked against obtained (guidance {guidance:g}): rank correlation, and the share that landed in "
        f"the fifth asked for; {metrics['attributes_measured']}.\n\n{head}" + "\n".join(lines)
    )


def _blending(metrics: Mapping[str, Any]) -> str:
    blending = metrics["style_blending"]
    pairs = [
        f"- {name}: {one['spearman']:.2f}, of the means {one['spearman_of_means']:.2f} "
        f"(judge {one['judge_accuracy']:.0%})"
        for name, one in blending.items()
        if isinstance(one, dict)
    ]
    return (
        f"Styles blended: {blending['mean']:.2f} on average over {blending['pairs_counted']} pairs; "
        f"{metrics['styles_measured']}.\n\n" + "\n".join(pairs)
    )


def _chords(chords: Mapping[str, Any]) -> str:
    shares = chords["chord_tones_on_strong_beats"]
    return (
        f"Chords told: {chords['nats_with_chords']:.3f} nats a note instead of {chords['nats_without']:.3f} on "
        f"{chords['melodies']} melodies; on strong beats {shares['told']:.0%} of the notes written belong to the "
        f"chord, {shares['untold']:.0%} where it is not told, {shares['as_printed']:.0%} in the melodies as printed "
        f"({chords['measured']})."
    )
