from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations, models

CURATORS = "Curators"
RIGHTS = (
    *("view_harvest", "view_arxivrequest", "view_milestone"),
    *("add_resource", "change_resource", "view_resource", "view_resourceevent"),
)


def let_curators_see_arxiv(apps, schema_editor):
    """What the machine does at arXiv, to look at; what belongs to entries, to change."""
    config = installed.get_app_config("kb")
    create_contenttypes(config, verbosity=0, apps=apps)
    create_permissions(config, verbosity=0, apps=apps)
    rights = apps.get_model("auth", "Permission").objects.filter(
        codename__in=RIGHTS, content_type__app_label="kb"
    )
    group = apps.get_model("auth", "Group").objects.filter(name=CURATORS).first()
    if group:
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [("kb", "0004_arxiv_news")]
    operations = [
        migrations.AlterField(
            model_name="run",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "import"),
                    ("refresh", "refresh from arXiv"),
                    ("harvest", "harvest of changes at arXiv"),
                    ("snapshot", "import of a snapshot of arXiv"),
                    ("retry", "another attempt"),
                    ("reopening", "end of a pause"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                name="kb_paper_failing",
                fields=["refresh_state"],
                condition=models.Q(refresh_state__in=("failed", "rejected")),
            ),
        ),
        migrations.RunPython(let_curators_see_arxiv, migrations.RunPython.noop),
    ]
