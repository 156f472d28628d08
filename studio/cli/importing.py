"""The verbs for models that people bring along."""

import shutil
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from studio.cli import common
from studio.cli.common import AsJson, Device, app, errand, errors, print_json
from studio.core.card import Card
from studio.core.errors import StudioError
from studio.files.checkpoint import SUFFIXES
from studio.files.locations import user_models_dir
from studio.files.model_library import change_card, delete_model, own_folder
from studio.inference.import_job import Imported, ImportModelJob

Name = Annotated[str, typer.Option(help="What the model is called here; at first as its file.")]
Licence = Annotated[str, typer.Option(help="Under which its maker gave it to you.")]


@app.command(
    "import-model",
    epilog="`latent-studio import-model network-snapshot-001000.pkl --name Faces`  \n"
    "`latent-studio import-model my-checkpoints --json`",
)
def import_model(
    path: Annotated[
        Path, typer.Argument(help="A StyleGAN checkpoint (.pkl, .pt, .safetensors), or a folder of them.")
    ],
    name: Name = "",
    licence: Licence = "",
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Bring along a StyleGAN2 or StyleGAN3 that you have. Nothing in the file is run."""
    results = [_imported(file, name, licence, device) for file in _files(path)]
    if as_json:
        print_json(results if path.is_dir() else results[0])
    else:
        for result in results:
            _tell(result)
    if not any(result["imported"] or result["was_here"] for result in results):
        raise typer.Exit(1)


@app.command(
    "edit-model", epilog="`latent-studio edit-model faces-1a2b3c4d --name Faces --licence CC-BY-4.0`"
)
def edit_model(model: str, name: Name = "", licence: Licence = "") -> None:
    """Rename an imported model, or note its licence."""
    changes = {key: value.strip() for key, value in (("name", name), ("licence", licence)) if value.strip()}
    if not changes:
        raise typer.BadParameter("give a --name, a --licence or both")
    change_card(own_folder(user_models_dir(), common.catalogue().entry(model).folder), **changes)


@app.command("delete-model", epilog="`latent-studio delete-model faces-1a2b3c4d`")
def delete(model: str) -> None:
    """Delete an imported model from the disk."""
    delete_model(own_folder(user_models_dir(), common.catalogue().entry(model).folder))


@app.command("export-model", epilog="`latent-studio export-model faces-1a2b3c4d -o faces.safetensors`")
def export_model(model: str, out: common.Out) -> None:
    """Write a model as safetensors, with its card as JSON beside it; an imported one can be imported again."""
    if out.suffix != ".safetensors":
        raise typer.BadParameter("models are written as .safetensors", param_hint="--out")
    entry = common.catalogue().entry(model)
    try:
        shutil.copyfile(entry.weights_path, out)
        shutil.copyfile(entry.folder / "card.json", out.with_suffix(".json"))
    except OSError as error:
        raise StudioError(
            f"{out.name} could not be written.", str(error), "Choose another folder."
        ) from error


def _files(path: Path) -> list[Path]:
    """The checkpoint itself, or those of a folder."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if not files:
        raise StudioError(
            f"There is no checkpoint in {path.name}.", hint=f"Looked for {', '.join(SUFFIXES)}."
        )
    return files


def _imported(path: Path, name: str, licence: str, device: str) -> dict[str, Any]:
    """What became of one file, as programs read it."""
    try:
        with errand(device) as now:
            done = cast(Imported, now.do(ImportModelJob(path, user_models_dir(), name, licence)))
    except StudioError as error:
        return {
            "file": path.name,
            "imported": False,
            "was_here": False,
            "error": error.title,
            "found": error.detail,
        }
    return {"file": path.name, "imported": not done.was_here, "was_here": done.was_here, **_facts(done.card)}


def _facts(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "kind": card.training["kind"],
        "size": card.config["size"],
        "parameters": card.parameters,
        "classes": card.config["c_dim"],
        "sliders": len(card.config["sliders"]),
        "licence": card.licence,
    }


def _tell(result: dict[str, Any]) -> None:
    if "error" in result:
        errors.print(f"{result['file']}: {result['error']}", markup=False)
        return
    height, width = result["size"]
    classes = f", {result['classes']} classes" if result["classes"] else ""
    facts = f"{result['kind']}, {width} × {height} px, {result['parameters'] / 1e6:.1f} M parameters{classes}"
    verb = "was here already" if result["was_here"] else "is here"
    typer.echo(f"{result['file']}: {facts}; {verb} as {result['id']}")
