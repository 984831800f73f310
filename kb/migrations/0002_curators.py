"""The group of curators, with exactly the rights they need."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations

CURATORS = "Curators"
RIGHTS = {
    "topic": ("add", "change", "delete", "view"),
    "entry": ("change", "view"),
    "paper": ("add", "change", "view"),
    "blog": ("add", "change", "view"),
    "filing": ("add", "change", "delete", "view"),
    "summary": ("add", "change", "view"),
    "paperversion": ("view",),
    "readinglist": ("view",),
    "run": ("view",),
    "tag": ("add", "change", "delete", "view"),
}
EVENTS = (
    "topicevent",
    "entryevent",
    "paperevent",
    "blogevent",
    "filingevent",
    "summaryevent",
    "taggedentryevent",
)


def create_group(apps, schema_editor):
    """Permissions come after migrations as a rule; here they are needed before."""
    for label in ("kb", "taggit"):
        config = installed.get_app_config(label)
        create_contenttypes(config, verbosity=0, apps=apps)
        create_permissions(config, verbosity=0, apps=apps)
    Permission = apps.get_model("auth", "Permission")
    wanted = [f"{verb}_{model}" for model, verbs in RIGHTS.items() for verb in verbs]
    wanted += [f"view_{event}" for event in EVENTS]
    rights = Permission.objects.filter(
        codename__in=wanted, content_type__app_label__in=("kb", "taggit")
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=CURATORS)
    group.permissions.set(rights)


def drop_group(apps, schema_editor):
    """Undo."""
    apps.get_model("auth", "Group").objects.filter(name=CURATORS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("kb", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]
    operations = [migrations.RunPython(create_group, drop_group)]
