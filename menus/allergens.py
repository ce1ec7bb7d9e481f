"""The fourteen allergens of EU Regulation 1169/2011, Annex II, and what is known of a dish."""

from django.db import models


class Allergen(models.TextChoices):
    GLUTEN = "gluten", "Cereals containing gluten"
    CRUSTACEANS = "crustaceans", "Crustaceans"
    EGGS = "eggs", "Eggs"
    FISH = "fish", "Fish"
    PEANUTS = "peanuts", "Peanuts"
    SOYBEANS = "soybeans", "Soybeans"
    MILK = "milk", "Milk"
    NUTS = "nuts", "Nuts"
    CELERY = "celery", "Celery"
    MUSTARD = "mustard", "Mustard"
    SESAME = "sesame", "Sesame seeds"
    SULPHITES = "sulphites", "Sulphur dioxide and sulphites"
    LUPIN = "lupin", "Lupin"
    MOLLUSCS = "molluscs", "Molluscs"


class Presence(models.TextChoices):
    CONTAINS = "contains", "Contains"
    MAY_CONTAIN = "may_contain", "May contain"
    VERIFIED_FREE = "verified_free", "Verified free"
    UNKNOWN = "unknown", "Unknown"


class Diet(models.TextChoices):
    VEGETARIAN = "vegetarian", "Vegetarian"
    VEGAN = "vegan", "Vegan"
    GLUTEN_FREE = "gluten_free", "Gluten-free"
    LACTOSE_FREE = "lactose_free", "Lactose-free"
    HALAL = "halal", "Halal"
    KOSHER = "kosher", "Kosher"
