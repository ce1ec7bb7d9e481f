from django.contrib.admin import register

from properties.admin_content import ContentAdmin
from recommendations.models import Recommendation


@register(Recommendation)
class RecommendationAdmin(ContentAdmin):
    list_display = ("name", "category", "property", "published", "in_answers", "updated_at")
    list_editable = ("published",)
    list_filter = ("property", "category", "published")
    list_select_related = ("property",)
    search_fields = ("name", "place", "tip")
    readonly_fields = ("in_answers", "external_id", "updated_at")
    fieldsets = (
        (None, {"fields": ("property", "name", "category", "tip", "published")}),
        ("Where", {"fields": ("place", "distance_m", "url")}),
        ("When and how much", {"fields": ("hours", "price_level")}),
        ("Behind it", {"fields": readonly_fields, "classes": ("collapse",)}),
    )
