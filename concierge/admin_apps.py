from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "concierge.admin_site.ConciergeAdminSite"
