"""Static files under names that tell their content, also where a script imports one."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """As WhiteNoise has it, and the imports in our modules follow."""

    support_js_module_import_aggregation = True
