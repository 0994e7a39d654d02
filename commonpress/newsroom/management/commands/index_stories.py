from django.core.management.base import BaseCommand

from commonpress.newsroom.actions.search_index import index_all


class Command(BaseCommand):
    help = "Indexes every published story for readers' search anew."

    def handle(self, *args: object, **options: object) -> None:
        count = index_all()
        self.stdout.write(f"{count} stories can be found.")
