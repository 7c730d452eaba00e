"""Images without loss, copies of them in other formats, and images that are damaged or meant to do harm."""

from __future__ import annotations

import io
import json
import struct
import zlib

import pytest

from tests.sites import Site, messages
from tests.transforms.webassets_steps import need_package

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n'
SRGB = b"not a real profile, but one that must be kept"


@pytest.fixture(autouse=True)
def packages():
    for package in ("PIL", "oxipng"):
        need_package(package)


def configure(site: Site, globs: str = "*.*", **options: object) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "images", **options}.items())
    site.configure(f'{HEAD}"{globs}" = [{{ {fields} }}]\n')


def image(kind: str = "PNG", mode: str = "RGBA", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    from PIL import Image

    made = Image.linear_gradient("L").resize(size).convert(mode)
    if mode == "RGBA":
        made.putpixel((0, 0), (10, 20, 30, 0))
        made.putpixel((1, 0), (10, 20, 30, 128))
    output = io.BytesIO()
    made.save(output, kind, **{"compress_level": 0, **options} if kind == "PNG" else options)
    return output.getvalue()


def pixels(data: bytes, mode: str = "RGBA") -> bytes:
    from PIL import Image

    return Image.open(io.BytesIO(data)).convert(mode).tobytes()


def head(data: bytes) -> tuple[str | None, tuple[int, int]]:
    from PIL import Image

    opened = Image.open(io.BytesIO(data))
    return opened.format, opened.size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_becomes_smaller_and_keeps_every_pixel_and_its_profile(site, mode):
    from PIL import Image

    configure(site)
    source = image(mode=mode, icc_profile=SRGB)
    site.write({"a.png": source})
    site.publish()
    made = site.published("a.png")
    assert len(made) < len(source) * 0.8
    assert pixels(made) == pixels(source)
    assert Image.open(io.BytesIO(made)).info["icc_profile"] == SRGB


def test_what_cannot_be_smaller_and_what_is_no_png_stays_as_it_is(site):
    configure(site)
    site.write({"a.png": image()})
    site.publish()
    small = site.published("a.png")
    files = {"b.png": small, "c.jpg": image("JPEG", "RGB"), "d.gif": image("GIF", "P")}
    site.write(files)
    site.publish()
    assert {path: site.published(path) for path in files} == files


def test_copies_are_assets_beside_the_image_and_pages_may_name_them(site):
    configure(site, "img/*", copies=["webp", "avif"])
    site.write({"img/a.png": image(), "img/b.jpeg": image("JPEG", "RGB"), "img/c.gif": image("GIF", "P")})
    site.write({"img/d.webp": image("WEBP", "RGB"), "a.css": "a { background: url(img/a.webp) }"})
    site.publish()
    paths = {*site.manifest.entries} - {"a.css"}
    assert paths == {
        *(f"img/{name}.{kind}" for name in "abcd" for kind in ("webp", "avif")),
        "img/a.png",
        "img/b.jpeg",
        "img/c.gif",
    }
    for path in paths:
        kind = path.rpartition(".")[2].upper()
        assert head(site.published(path)) == (kind, (40, 30))
    assert site.manifest["img/a.webp"].url in site.text("a.css")
    assert pixels(site.published("img/a.webp")) == pixels(site.published("img/a.png"))  # without loss
    assert pixels(site.published("img/b.webp")) != pixels(site.published("img/b.jpeg"))


def test_quality_is_that_of_copies(site):
    sizes = []
    for quality in (10, 95):
        configure(site, copies=["webp", "avif"], quality=quality)
        site.write({"a.png": image(size=(200, 200))})
        site.publish()
        sizes.append([len(site.published(f"a.{kind}")) for kind in ("webp", "avif")])
    assert all(low < high for low, high in zip(*sizes, strict=True))


def test_copies_stand_upright_keep_the_profile_and_lose_other_metadata(site):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    configure(site, copies=["webp", "avif"])
    site.write({"a.jpg": image("JPEG", "RGB", exif=exif, icc_profile=SRGB)})
    site.publish()
    for kind in ("webp", "avif"):
        made = site.published(f"a.{kind}")
        assert head(made)[1] == (30, 40)
        assert b"secret place" not in made
        assert Image.open(io.BytesIO(made)).info["icc_profile"] == SRGB


def test_moving_pictures_still_move(site):
    from PIL import Image

    configure(site, copies=["webp"])
    frames = [Image.new("RGB", (8, 8), (60 * index, 0, 0)) for index in range(4)]
    for name, kind in (("a.gif", "GIF"), ("b.png", "PNG")):
        output = io.BytesIO()
        frames[0].save(output, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300, 400])
        site.write({name: output.getvalue()})
    site.publish()
    for path in ("a.webp", "b.webp", "b.png"):
        opened = Image.open(io.BytesIO(site.published(path)))
        assert opened.n_frames == 4  # type: ignore[attr-defined]  # those that move have it
        opened.seek(3)
        assert abs(opened.convert("RGB").getpixel((0, 0))[0] - 180) < 4  # type: ignore[index]


def test_the_same_image_gives_the_same_bytes(site, other_site):
    for each in (site, other_site):
        configure(each, copies=["webp", "avif"])
        each.write({"a.png": image(size=(300, 300))})
        each.publish()
    assert site.files() == other_site.files()


def test_other_options_and_another_image_have_it_made_again_and_nothing_else(site, monkeypatch):
    import oxipng

    runs = []
    real = oxipng.optimize_from_memory

    def counting(*arguments, **options):
        runs.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(oxipng, "optimize_from_memory", counting)
    configure(site)
    site.write({"a.png": image(), "b.png": image(mode="L")})

    def ran() -> int:
        before = len(runs)
        site.publish(executor="inline")
        return len(runs) - before

    assert ran() == 2
    assert ran() == 0
    site.write({"c.txt": "", "d.css": ""})
    configure(site, "*.png")
    assert ran() == 0
    site.write({"a.png": image(size=(20, 20))})
    assert ran() == 1
    configure(site, "*.png", level=4)
    assert ran() == 2
    monkeypatch.setattr("PIL.features.version", lambda _: "0.1")
    assert ran() == 2


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is a large one."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


BROKEN = {
    "nothing": ("a.png", lambda: b"", "is no PNG"),
    "text": ("a.png", lambda: b"hello", "is no PNG"),
    "a signature alone": ("a.png", lambda: image()[:8], "is no PNG"),
    "a header alone": ("a.png", lambda: image()[:33], "is damaged, or no PNG: "),
    "half a PNG": ("a.png", lambda: image()[:2000], "is damaged, or no PNG: Missing data"),
    "a PNG without its end": ("a.png", lambda: image()[:-12], "is damaged, or no PNG: "),
    "a PNG with a wrong checksum": ("a.png", lambda: changed(image(), 500), "is damaged, or no PNG: CRC Mismatch"),
    "a PNG with too little data": ("a.png", lambda: bomb(100, 100), "is damaged, or no PNG: "),
    "a PNG of no size": ("a.png", lambda: bomb(0, 0), "is damaged, or no PNG: "),
    "a PNG with billions of pixels": (
        "a.png",
        lambda: bomb(60_000, 60_000),
        "has 60000 x 60000 pixels, more than 100 million",
    ),
    "a JPEG that is called PNG": ("a.png", lambda: image("JPEG", "RGB"), "is no PNG"),
    "a PNG that is called JPEG": ("a.jpg", image, "is damaged, or no JPEG: cannot identify image file"),
    "half a JPEG": ("a.jpg", lambda: image("JPEG", "RGB")[:400], "is damaged, or no JPEG: "),
    "an empty JPEG": ("a.jpg", lambda: b"", "is damaged, or no JPEG: "),
    "a JPEG with billions of pixels": (
        "a.jpg",
        lambda: image("JPEG", "RGB").replace(struct.pack(">HH", 30, 40), struct.pack(">HH", 60_000, 60_000)),
        "pixels",
    ),
    "half a GIF": ("a.gif", lambda: image("GIF", "P")[:100], "is damaged, or no GIF: "),
    "a GIF without a picture": ("a.gif", lambda: image("GIF", "P")[:13], "is damaged, or no GIF: "),
    "half a WebP": ("a.webp", lambda: image("WEBP", "RGB")[:40], "is damaged, or no WEBP: "),
    "another format": ("a.bmp", lambda: image("BMP", "RGB"), "takes .png, .jpg, .jpeg, .gif, .webp, not .bmp"),
    "no suffix": ("a", image, "takes .png, .jpg, .jpeg, .gif, .webp, not a file without a suffix"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_it_is_a_clear_error_if_an_image_is(site, what):
    name, content, message = BROKEN[what]
    site.publish()
    before = site.files()
    configure(site, name, copies=["avif"])
    site.write({name: content()})
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    (said,) = messages(caught.value)
    assert f"{name}: images: " in said
    assert message in said
    assert site.files() == before


def test_a_copy_does_not_take_the_place_of_a_source(site):
    configure(site, "*.png", copies=["webp"])
    site.write({"a.png": image(), "a.webp": image("WEBP", "RGB")})
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    assert "becomes 'a.webp', as 'a.png' does; rename one, or have one of them left out" in messages(caught.value)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"copies": ["jpg"]}, "'copies' are webp and avif, not 'jpg'"),
        ({"quality": 0}, "'quality' must be 1 to 100"),
        ({"level": 9}, "'level' must be 0 to 6"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    configure(site, **options)
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    assert message in messages(caught.value)[0]


def test_libraries_that_are_missing_are_named_with_the_command_that_installs_them(site, monkeypatch):
    configure(site)
    site.write({"a.png": image()})
    monkeypatch.setattr("pipeline.transforms.images.find_spec", lambda _: None)
    with pytest.raises(ExceptionGroup) as caught:
        site.build(executor="inline")
    assert "the package 'PIL' is not installed; pip install 'pipeline-assets[images]'" in messages(caught.value)[0]
