"""table: the kinds of thing that bytes can be, by family. It cannot fail.

Each line is a slug, extensions, and media types: what an honest sender would call it (`-` for none). A plus before the
slug says that a reader (`openers.readers`) looks inside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of bytes. `family` is one of program script shortcut archive document text image media font data."""

    slug: str
    family: str
    extensions: frozenset[str]
    types: frozenset[str]
    opened: bool


_TABLE = {
    "program": """
exe         exe,scr,pif,com,dll,cpl,sys,drv,ocx,ax,efi,mui  application/x-dosexec,application/x-msdownload
elf         elf,so,bin,run              application/x-executable,application/x-sharedlib,application/x-elf
macho       dylib                       application/x-mach-binary
java-class  class                       application/java-vm
+jar        jar,war,ear,xpi             application/java-archive
msi         msi,msp,mst                 application/x-msi
+apk        apk                         application/vnd.android.package-archive
""",
    "script": """
+script     js,jse,mjs,vbs,vbe,wsf,wsh,wsc,sct,ps1,psm1,bat,cmd,sh,csh,py,pl,rb,php,hta  text/javascript
""",
    "shortcut": """
+lnk        lnk                         application/x-ms-shortcut
+url        url,website                 application/internet-shortcut
+scf        scf                         -
""",
    "archive": """
+zip        zip,zipx                    application/zip,application/x-zip-compressed
+gzip       gz,tgz,svgz,emz,wmz         application/gzip,application/x-gzip,application/x-tgz
+bzip2      bz2,tbz,tbz2                application/x-bzip2,application/x-bzip
+xz         xz,txz                      application/x-xz
+lzma       lzma                        application/x-lzma
+zstd       zst,tzst                    application/zstd
+lz4        lz4                         application/x-lz4
+lzip       lz                          application/x-lzip
+compress   z,taz                       application/x-compress
+tar        tar                         application/x-tar
+7z         7z                          application/x-7z-compressed
+rar        rar,rev                     application/vnd.rar,application/x-rar,application/x-rar-compressed
+cab        cab,diagcab                 application/vnd.ms-cab-compressed
+iso        iso,img,udf                 application/x-iso9660-image
+lha        lzh,lha                     application/x-lzh-compressed,application/x-lha
+cpio       cpio                        application/x-cpio
+ar         ar,a,deb                    application/x-archive,application/vnd.debian.binary-package
+xar        xar,pkg                     application/x-xar
+rpm        rpm                         application/x-rpm
+arj        arj                         application/x-arj
+ace        ace                         application/x-ace-compressed
+chm        chm                         application/vnd.ms-htmlhelp
+wim        wim,esd                     application/x-ms-wim
+vhd        vhd                         application/x-virtualbox-vhd
+vhdx       vhdx                        application/x-virtualbox-vhdx
+dmg        dmg                         application/x-apple-diskimage
+szdd       ex_,dl_                     application/x-ms-compress-szdd
""",
    "document": """
+ole        -                           application/x-ole-storage
+doc        doc,dot                     application/msword
+xls        xls,xlt,xla,xlw             application/vnd.ms-excel
+ppt        ppt,pps,pot,ppa             application/vnd.ms-powerpoint
+msg        msg,oft                     application/vnd.ms-outlook
+ooxml      vsdx,vsdm,thmx,xps          -
+docx       docx,dotx                   application/vnd.openxmlformats-officedocument.wordprocessingml.document
+docm       docm,dotm                   application/vnd.ms-word.document.macroenabled.12
+xlsx       xlsx,xltx                   application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
+xlsm       xlsm,xltm,xlam              application/vnd.ms-excel.sheet.macroenabled.12
+xlsb       xlsb                        application/vnd.ms-excel.sheet.binary.macroenabled.12
+pptx       pptx,potx,ppsx              application/vnd.openxmlformats-officedocument.presentationml.presentation
+pptm       pptm,potm,ppsm,ppam         application/vnd.ms-powerpoint.presentation.macroenabled.12
+odf        odt,ods,odp,odg,ott,ots,otp application/vnd.oasis.opendocument.text
+word-xml   -                           application/vnd.ms-word
+rtf        rtf                         application/rtf,text/rtf
+pdf        pdf                         application/pdf,application/x-pdf
+mso        mso                         application/x-mso
+onenote    one,onetoc2,onepkg          application/onenote,application/msonenote
+tnef       tnef                        application/ms-tnef,application/vnd.ms-tnef
mdb         mdb,accdb,mde,accde         application/x-msaccess,application/msaccess
swf         swf                         application/x-shockwave-flash
ps          ps,eps,ai                   application/postscript
""",
    "text": """
+html       html,htm,xhtml,shtml        text/html,application/xhtml+xml
+xml        xml,xsl,xslt,xsd,rss        text/xml,application/xml
+mhtml      mht,mhtml                   multipart/related,application/x-mimearchive
+eml        eml                         message/rfc822
+mbox       mbox                        application/mbox
+slk        slk                         application/x-sylk
ics         ics,ifb                     text/calendar
vcard       vcf                         text/vcard,text/x-vcard
+csv        csv,tsv                     text/csv
pem         pem,asc                     application/x-pem-file
text        txt,text,log,md,diff,patch  text/plain,text/x-patch,text/x-diff
""",
    "image": """
+svg        svg                         image/svg+xml
png         png                         image/png
jpeg        jpg,jpeg,jpe,jfif           image/jpeg,image/jpg,image/pjpeg
gif         gif                         image/gif
bmp         bmp,dib                     image/bmp,image/x-ms-bmp
tiff        tif,tiff                    image/tiff
webp        webp                        image/webp
ico         ico,cur                     image/x-icon,image/vnd.microsoft.icon
emf         emf                         image/emf,image/x-emf
wmf         wmf                         image/wmf,image/x-wmf
""",
    "media": """
mp3         mp3                         audio/mpeg,audio/mp3
wav         wav                         audio/x-wav,audio/wav
ogg         ogg,oga,ogv,opus            audio/ogg,video/ogg,application/ogg
flac        flac                        audio/flac
mp4         mp4,m4a,m4v,mov,heic        video/mp4,audio/mp4,video/quicktime
avi         avi                         video/x-msvideo
midi        mid,midi                    audio/midi,audio/x-midi
""",
    "font": """
font        ttf,otf,ttc,woff,woff2,eot  font/ttf,font/otf,font/woff,font/woff2
""",
    "data": """
empty       -                           -
data        -                           application/octet-stream
""",
}


def _kinds() -> Iterator[Kind]:
    for family, lines in _TABLE.items():
        for line in lines.split("\n")[1:-1]:
            slug, extensions, types = line.split()
            yield Kind(slug.lstrip("+"), family, _set(extensions), _set(types), opened=slug.startswith("+"))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split(",")) - {"-"}


KINDS: Mapping[str, Kind] = MappingProxyType({kind.slug: kind for kind in _kinds()})
"""Every kind by its slug."""

BY_EXTENSION: Mapping[str, Kind] = MappingProxyType(
    {extension: kind for kind in KINDS.values() for extension in kind.extensions}
)
"""The kind that an extension (lower case, no dot) promises."""

BY_TYPE: Mapping[str, Kind] = MappingProxyType({type_: kind for kind in KINDS.values() for type_ in kind.types})
"""The kind that a declared media type promises."""
