from django.urls import URLPattern, path

from colonnade.pages import views

urlpatterns: list[URLPattern] = [
    path("", views.school_home, name="home"),
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/page/<int:number>/", views.catalogue, name="catalogue-page"),
    path("courses/<slug:slug>/", views.course_page, name="public-course"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
