"""Every error sheetdesk raises, as one tree, with its words in both languages beside it.

    SheetdeskError
    ├── DeskError            the desk file
    │   ├── DeskNotFound
    │   ├── DeskInvalid      every complaint about the file at once
    │   ├── TemplateUnknown
    │   ├── FolderTaken
    │   ├── CountryUnknown   no holidays are known for a calendar's country
    │   └── UpgradeNeeded    it changed, and the sheets have to follow
    ├── SheetError           a spreadsheet
    │   ├── SheetHasEdits
    │   ├── SheetLocked
    │   ├── SheetOnline      where a file is meant
    │   ├── SheetPublished   at Google, already
    │   ├── SheetForeign     it belongs to another desk, or is another sheet
    │   ├── SheetUnrecognised its table cannot be found
    │   │   └── HeaderSorted  along with its rows
    │   ├── SheetUnknown
    │   ├── TabTangled       a drawn tab that cannot be drawn again
    │   ├── SheetBusy        it is being saved at this moment
    │   ├── SheetUnreachable its disk is full, read-only or away
    │   ├── PackageBroken    an .xlsx that does not hold together
    │   ├── PatchRefused     a change that could harm what else is in an .xlsx
    │   └── GoogleError      a spreadsheet at Google
    │       ├── SheetUnanswered       whether a change was made is not known
    │       ├── GoogleUnreachable
    │       ├── AnswerUnreadable      something else answered
    │       ├── QuotaSpent
    │       ├── CredentialsMissing
    │       ├── CredentialsUnreadable their file
    │       ├── CredentialsRefused
    │       ├── SignInFailed          in a browser
    │       ├── ApiDisabled           in the Google Cloud project
    │       ├── SpreadsheetMissing
    │       ├── SpreadsheetNotShared
    │       ├── SpreadsheetUnfit      another kind of file
    │       ├── DeskUnfit             what Google has no word for
    │       ├── ZoneUnknown
    │       ├── DriveFull
    │       ├── GoogleRefused         a change that cannot be made
    │       │   ├── CellProtected
    │       │   ├── CellsExhausted
    │       │   ├── TextTooLong
    │       │   └── GridExceeded
    │       └── SandboxAddressInvalid
    ├── StoreError           the desk's store
    │   ├── StoreMoved       another run committed first
    │   ├── StoreUnreadable
    │   ├── StoreOnNetwork   SQLite on a network file system
    │   ├── StoreAddressInvalid
    │   ├── StoreVariableUnset
    │   ├── StoreDriverMissing
    │   ├── VersionUnknown
    │   └── HeadUnreadable
    ├── IntakeError          a file to import
    │   ├── FileUnreadable
    │   │   ├── FileMissing
    │   │   ├── FileEmpty
    │   │   ├── FileKindUnknown
    │   │   ├── FileBroken   not whole, or not what its ending says
    │   │   ├── FileLocked   it asks for a password
    │   │   └── TabUnknown
    │   ├── ColumnsUnmatched
    │   ├── MapUnknown       `--map` names what is not there
    │   └── HistoryUnmatched an event log without an id or a time
    ├── ChannelError         a way to tell people
    │   ├── AddresseeUnknown
    │   ├── ChannelInvalid   its settings, or what they stand for
    │   ├── ChannelRefused   trying again would not help
    │   └── ChannelUnreachable  not now
    ├── SyncRunning          another one has the lease
    ├── ConflictUnknown
    ├── RoleUnknown
    └── FamilyMemberUnknown  a kind of column, rule, report … that no file defines

A person's bad cell is none of these: it is a value (`Problem`, `Refusal`), collected and reported.
"""

from __future__ import annotations

from sheetdesk.errors.cause import Cause
from sheetdesk.errors.channel import (
    AddresseeUnknown,
    ChannelError,
    ChannelInvalid,
    ChannelRefused,
    ChannelUnreachable,
)
from sheetdesk.errors.desk import (
    Complaint,
    CountryUnknown,
    DeskError,
    DeskInvalid,
    DeskNotFound,
    FolderTaken,
    TemplateUnknown,
    UpgradeNeeded,
)
from sheetdesk.errors.google import (
    AnswerUnreadable,
    ApiDisabled,
    CellProtected,
    CellsExhausted,
    CredentialsMissing,
    CredentialsRefused,
    CredentialsUnreadable,
    DeskUnfit,
    DriveFull,
    GoogleError,
    GoogleRefused,
    GoogleUnreachable,
    GridExceeded,
    QuotaSpent,
    SandboxAddressInvalid,
    SheetUnanswered,
    SignInFailed,
    SpreadsheetMissing,
    SpreadsheetNotShared,
    SpreadsheetUnfit,
    TextTooLong,
    ZoneUnknown,
)
from sheetdesk.errors.intake import (
    ColumnsUnmatched,
    FileBroken,
    FileEmpty,
    FileKindUnknown,
    FileLocked,
    FileMissing,
    FileUnreadable,
    HistoryUnmatched,
    IntakeError,
    MapUnknown,
    TabUnknown,
)
from sheetdesk.errors.sheet import (
    HeaderSorted,
    PackageBroken,
    PatchRefused,
    SheetBusy,
    SheetError,
    SheetForeign,
    SheetHasEdits,
    SheetLocked,
    SheetOnline,
    SheetPublished,
    SheetUnknown,
    SheetUnreachable,
    SheetUnrecognised,
    TabTangled,
)
from sheetdesk.errors.store import (
    HeadUnreadable,
    StoreAddressInvalid,
    StoreDriverMissing,
    StoreError,
    StoreMoved,
    StoreOnNetwork,
    StoreUnreadable,
    StoreVariableUnset,
    VersionUnknown,
)
from sheetdesk.errors.tree import (
    ConflictUnknown,
    FamilyMemberUnknown,
    RoleUnknown,
    SheetdeskError,
    SyncRunning,
    near,
)

__all__ = [
    "AddresseeUnknown",
    "AnswerUnreadable",
    "ApiDisabled",
    "Cause",
    "CellProtected",
    "CellsExhausted",
    "ChannelError",
    "ChannelInvalid",
    "ChannelRefused",
    "ChannelUnreachable",
    "ColumnsUnmatched",
    "Complaint",
    "ConflictUnknown",
    "CountryUnknown",
    "CredentialsMissing",
    "CredentialsRefused",
    "CredentialsUnreadable",
    "DeskError",
    "DeskInvalid",
    "DeskNotFound",
    "DeskUnfit",
    "DriveFull",
    "FamilyMemberUnknown",
    "FileBroken",
    "FileEmpty",
    "FileKindUnknown",
    "FileLocked",
    "FileMissing",
    "FileUnreadable",
    "FolderTaken",
    "GoogleError",
    "GoogleRefused",
    "GoogleUnreachable",
    "GridExceeded",
    "HeadUnreadable",
    "HeaderSorted",
    "HistoryUnmatched",
    "IntakeError",
    "MapUnknown",
    "PackageBroken",
    "PatchRefused",
    "QuotaSpent",
    "RoleUnknown",
    "SandboxAddressInvalid",
    "SheetBusy",
    "SheetError",
    "SheetForeign",
    "SheetHasEdits",
    "SheetLocked",
    "SheetOnline",
    "SheetPublished",
    "SheetUnanswered",
    "SheetUnknown",
    "SheetUnreachable",
    "SheetUnrecognised",
    "SheetdeskError",
    "SignInFailed",
    "SpreadsheetMissing",
    "SpreadsheetNotShared",
    "SpreadsheetUnfit",
    "StoreAddressInvalid",
    "StoreDriverMissing",
    "StoreError",
    "StoreMoved",
    "StoreOnNetwork",
    "StoreUnreadable",
    "StoreVariableUnset",
    "SyncRunning",
    "TabTangled",
    "TabUnknown",
    "TemplateUnknown",
    "TextTooLong",
    "UpgradeNeeded",
    "VersionUnknown",
    "ZoneUnknown",
    "near",
]  # fmt: skip
