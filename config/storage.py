"""Static files under names that tell their content, also where a script imports one."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_EVERY_SCRIPT, _IMPORTS = (
    CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns  # noqa: SLF001
)


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """As WhiteNoise has it, and the imports of our modules follow.

    Django's switch for that looks into every script, also into those of others, and
    takes for an import what is none.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", _IMPORTS),
    )
