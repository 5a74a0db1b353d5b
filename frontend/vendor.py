"""Copy what the pages use of the npm packages into static/vendor, with a manifest of checksums."""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODULES = HERE / "node_modules"
MANIFEST = ROOT / "static" / "vendor" / "manifest.json"
KRDS = "static/vendor/krds-uiux-1.1.0"
AXE = "tests/vendor/axe.min.js"
VERSIONS = {"krds-uiux": "1.1.0", "axe-core": "4.14.1"}
STYLES = ("css/token/krds_tokens.css", "css/component/output.css")
WEIGHTS = {"Regular": 400, "Medium": 500, "Bold": 700}
URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")

FONT_FACE = """\
@font-face {{
  font-family: "Pretendard GOV";
  font-weight: {weight};
  font-style: normal;
  font-display: swap;
  src: url("{path}") format("woff2");
}}
"""


def main():
    """Write the files and their manifest, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on drift")
    if parser.parse_args().check:
        return check()
    files = collect()
    for path, content in files.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    MANIFEST.write_text(as_json(manifest(files)), encoding="utf-8")
    sys.stdout.write(f"{len(files)} files, {sum(map(len, files.values())):,} bytes\n")
    return 0


def collect():
    """Return every file to be vendored, by its path in the project."""
    for package, version in VERSIONS.items():
        found = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
        if found["version"] != version:
            raise SystemExit(f"{package} is {found['version']}, not {version}")
    source = MODULES / "krds-uiux" / "resources"
    files = {}
    for style in STYLES:
        text = without_loose_ends((source / style).read_text(encoding="utf-8"))
        files[f"{KRDS}/{style}"] = text.encode()
        for address in sorted(set(URL.findall(text))):
            asset = local_asset(source, style, address)
            if asset:
                files[f"{KRDS}/{asset.relative_to(source).as_posix()}"] = asset.read_bytes()
    faces = []
    for name, weight in WEIGHTS.items():
        path = f"fonts/PretendardGOV-{name}.subset.woff2"
        files[f"{KRDS}/{path}"] = (source / path).read_bytes()
        faces.append(FONT_FACE.format(weight=weight, path=path))
    files[f"{KRDS}/fonts.css"] = "\n".join(faces).encode()
    files[AXE] = (MODULES / "axe-core" / "axe.min.js").read_bytes()
    return dict(sorted(files.items()))


def without_loose_ends(text):
    """Drop the import of the tokens (the page links them itself) and the missing source map."""
    text = re.sub(r'^@import "[^"]*krds_tokens\.css";\n', "", text, flags=re.MULTILINE)
    return re.sub(r"\n?/\*# sourceMappingURL=[^*]*\*/\n?", "\n", text)


def local_asset(source, style, address):
    """Return the file behind an address in a style sheet; None for one that is written inline."""
    if address.startswith(("data:", "#")):
        return None
    if re.match(r"(\w+:)?//", address):
        raise SystemExit(f"{style} would load {address} from elsewhere")
    return (source / style).parent.joinpath(address.split("#")[0]).resolve(strict=True)


def manifest(files):
    """Return size and checksum of every file."""
    return {
        path: {"bytes": len(content), "integrity": integrity(content)}
        for path, content in files.items()
    }


def integrity(content):
    """Return a checksum as the integrity attribute of HTML writes it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def as_json(value):
    """Return JSON whose lines change only where a file did."""
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def check():
    """Compare the committed files with the manifest and, if they are there, with the packages."""
    kept = json.loads(MANIFEST.read_text(encoding="utf-8"))
    present = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in [*(ROOT / KRDS).rglob("*"), ROOT / AXE]
        if path.is_file()
    }
    faults = differences(kept, manifest(present), "in the project")
    if MODULES.is_dir():
        faults += differences(kept, manifest(collect()), "in the packages")
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def differences(kept, found, where):
    """Return a sentence for each file that is missing, new or not the same."""
    return [
        f"{path} differs {where} from the manifest"
        for path in sorted(kept.keys() | found.keys())
        if kept.get(path) != found.get(path)
    ]


if __name__ == "__main__":
    sys.exit(main())
