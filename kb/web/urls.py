"""The site's own addresses."""

from django.urls import path

from kb.web import (
    add,
    entries,
    history,
    home,
    lists,
    notes,
    people,
    preferences,
    resources,
    runs,
    search,
    shelf,
    summaries,
)

app_name = "kb"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
    path("topics/<path:address>/", home.topic, name="topic"),
    path("tags/<str:slug>/", home.tag, name="tag"),
    path("add/", add.add, name="add"),
    path("entries/<int:pk>/", entries.entry, name="entry"),
    path("entries/<int:pk>/edit/", entries.edit, name="entry_edit"),
    path("entries/<int:pk>/refresh/", entries.refresh, name="entry_refresh"),
    path("entries/<int:pk>/history/", history.history, name="history"),
    path("entries/<int:pk>/links/", resources.add, name="resource_add"),
    path("entries/<int:pk>/summary/<str:language>/", summaries.write, name="summary"),
    path("entries/<int:pk>/notes/", notes.add, name="note_add"),
    path("entries/<int:pk>/star/", shelf.star, name="star"),
    path("entries/<int:pk>/reading/", shelf.mark, name="reading"),
    path("notes/<int:pk>/edit/", notes.edit, name="note_edit"),
    path("notes/<int:pk>/delete/", notes.delete, name="note_delete"),
    path("links/<int:pk>/take-off/", resources.take_off, name="resource_take_off"),
    path("links/<int:pk>/put-back/", resources.put_back, name="resource_put_back"),
    path("preview/", summaries.preview, name="preview"),
    path("lists/import/", lists.import_list, name="import"),
    path("lists/export/", lists.export_list, name="export"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("people/invite/", people.invite, name="invite"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("language/", preferences.language, name="language"),
    path("favicon.ico", preferences.favicon, name="favicon"),
]
