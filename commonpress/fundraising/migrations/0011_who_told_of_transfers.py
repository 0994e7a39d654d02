import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def keep_who_told(apps, schema_editor):
    """Whose a transfer was said to be is who told of it; those that are not booked yet are nobody's."""
    transfers = apps.get_model("fundraising", "CryptoTransfer").objects.exclude(supporter=None)
    teller = apps.get_model("fundraising", "TransferTeller")
    for transfer in transfers:
        teller.objects.create(transfer=transfer, supporter=transfer.supporter, told_at=transfer.announced_at)
    transfers.filter(gift=None).update(supporter=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0010_supporters_by_address'),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferTeller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('supporter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transfers_told', to='fundraising.supporter')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellers', to='fundraising.cryptotransfer')),
            ],
            options={
                'verbose_name': 'who told of a transfer',
                'verbose_name_plural': 'who told of transfers',
                'ordering': ['told_at', 'id'],
            },
        ),
        migrations.RunPython(keep_who_told, migrations.RunPython.noop, elidable=True),
    ]
