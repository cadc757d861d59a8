"""What each right allows, in the words of screens, refusals and the activity log."""

from collections.abc import Mapping
from types import MappingProxyType

from app.model.hardening import said
from app.model.rights import Capability

RIGHT_WORDS: Mapping[Capability, str] = MappingProxyType(
    {
        Capability.SEE_PLANT: said("See devices, values and documents"),
        Capability.SEE_HISTORY: said("See readings of the past"),
        Capability.SEE_ALARMS: said("See alarms"),
        Capability.ACKNOWLEDGE: said("Acknowledge alarms"),
        Capability.EDIT_RULES: said("Change alarm rules"),
        Capability.WRITE_PRIMARY: said("Change everyday settings"),
        Capability.WRITE_LIMITED: said("Change the technician’s settings"),
        Capability.WRITE_ALL: said("Change every setting"),
        Capability.MAKE_REPORT: said("Make reports"),
        Capability.KEEP_NOTES: said("Write notes, file documents"),
        Capability.EDIT_DEVICES: said("Change devices and their lines"),
        Capability.EDIT_GENERAL: said("Change the plant’s name and letterhead"),
        Capability.EDIT_PROJECT: said("Change the whole configuration"),
        Capability.SEE_CHARGING: said("See charging of vehicles"),
        Capability.MANAGE_API: said("Give keys to other programs"),
        Capability.KEEP_CUSTOMERS: said("See, change and hand out residents’ data"),
        Capability.ERASE_CUSTOMERS: said("Erase a resident’s data for good"),
        Capability.SEE_AUDIT: said("See the activity log"),
        Capability.MANAGE_USERS: said("Manage people and roles"),
        Capability.KEEP_OWN: said("Keep one’s own desk and password"),
    }
)
