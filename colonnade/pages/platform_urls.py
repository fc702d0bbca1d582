from django.urls import URLPattern, path

from colonnade.pages import views

urlpatterns: list[URLPattern] = [
    path("", views.product, name="home"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
