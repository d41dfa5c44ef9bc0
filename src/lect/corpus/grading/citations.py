"""How law is cited: patterns by jurisdiction, as rows, each with an example that it must find."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """A way to cite statutes or cases in a jurisdiction (ISO 3166 code, EU, or INT for all), and an example of it.

    In a pattern, `#` is a number that may have groups and letters (12, 1.234, 17a), a space any white space.
    """

    jurisdiction: str
    pattern: str
    example: str


CITATIONS: tuple[Citation, ...] = (
    Citation("INT", r"ECLI:[A-Z]{2}:[A-Z0-9]+:\d{4}:[A-Z0-9.]+", "ECLI:NL:HR:2001:AB1234"),
    Citation(
        "EU",
        r"\((?:EU|EC|EEC|UE|CE|CEE|EG|EWG|EF|EØF|EY|ETY|EK|WE|ES|EÜ|ЕС|ΕΕ|ΕΚ|BE|EB|AE)\) (?:No|Nr\.?|"
        r"n[.º°]?|č\.|št\.|nr\.?|N:o|№|αριθ\.)? ?\d{1,4}/\d{1,4}",
        "Regulation (EU) 2016/679",
    ),
    Citation(
        "EU",
        r"\d{2,4}/\d{1,4}/(?:EU|EC|EEC|UE|CE|CEE|EG|EWG|EF|EØF|EY|ETY|WE|ES|EÜ|EK|ЕС|ΕΕ|ΕΚ|EZ)\b",
        "Directive 95/46/EC",
    ),
    Citation("EU", r"\b[CT][-‑–]\d{1,4}/\d{2}\b", "Case C-131/12"),
    Citation(
        "GB",
        r"\[(?:19|20)\d{2}\] (?:UKSC|UKHL|EWCA|EWHC|AC|QB|WLR|All ER)\b(?: (?:Civ|Crim))? \d+",
        "[2001] UKHL 12",
    ),
    Citation(
        "GB",
        r"\bs(?:ections?|s?\.) ?#(?:\(\d+\))* of the (?:\p{Lu}[\p{L}'’]+ (?:and |of |\(|"
        r"\))?){1,8}Act \d{4}",
        "section 5(2) of the Data Protection Act 1998",
    ),
    Citation("US", r"\b\d{1,3} U\. ?S\. (?:C\. )?(?:§+ )?\d{1,4}|\b\d{1,3} U\.S\.C\. (?:§+ )?\d+", "410 U.S. 113"),
    Citation("US", r"\b\d{1,4} (?:F\.(?:2d|3d|4th| Supp\.)|S\. Ct\.|C\.F\.R\.) (?:§+ )?\d+", "347 F.3d 485"),
    Citation("CA", r"\b(?:19|20)\d{2} SCC \d+|\bR\.?S\.?C\.? (?:19|20)\d{2}, c\. ?[A-Z]?-?\d+", "2001 SCC 12"),
    Citation("IE", r"\[(?:19|20)\d{2}\] (?:IESC|IEHC|I\.?R\.?) \d+|S\.I\. No\. \d+ of \d{4}", "S.I. No. 336 of 2011"),
    Citation(
        "DE",
        r"§§? ?#(?: Abs(?:\.|atz) ?\d+)?(?: (?:S\.|Satz|Nr\.) ?\d+)* (?:[A-Z][A-Za-z]{0,8}G|BGB|StGB|ZPO|"
        r"StPO|HGB|InsO|AO|VwGO|SGB)\b",
        "§ 823 Abs. 1 BGB",
    ),
    Citation(
        "DE",
        r"\bArt\. ?#(?: Abs\. ?\d+)? GG\b|\bBVerfGE ?\d+, ?\d+|\bBGH(?:Z|St) ?\d+, ?\d+|"
        r"\bBGBl\. ?I+ ?S\. ?\d+",
        "BVerfGE 65, 1",
    ),
    Citation(
        "AT",
        r"\bBGBl\.? (?:I |II |III )?Nr\. ?\d+/\d{4}|§ ?# (?:Abs\.? ?\d+ )?(?:ABGB|StGB|B-VG|EheG)",
        "BGBl. I Nr. 165/1999",
    ),
    Citation(
        "CH",
        r"\bBGE ?\d+ [IV]+[ab]? \d+|\bSR \d{3}(?:\.\d+)+|\bArt\. ?# (?:Abs\. ?\d+ )?(?:ZGB|OR|BV|StGB)\b",
        "BGE 133 III 356",
    ),
    Citation(
        "FR",
        r"\b(?:articles?|art\.) [LRD]\. ?\d+(?:-\d+)*|\bloi n[°º] ?\d{2,4}-\d+|"
        r"\bdécret n[°º] ?\d{2,4}-\d+|\bCass\. (?:civ|crim|com|soc)\b",
        "loi n° 78-17",
    ),
    Citation(
        "BE",
        r"\bM\.B\. \d{1,2}|\b(?:arrêté royal|koninklijk besluit) (?:du|van) \d{1,2} \p{L}+ \d{4}",
        "arrêté royal du 3 mai 1999",
    ),
    Citation(
        "IT",
        r"\b(?:d\. ?lgs\.|d\.P\.R\.|d\.l\.|legge|L\.)(?: \d{1,2} \p{L}+ \d{4},)? n\. ?\d+(?:/\d{4})?|"
        r"\bartt?\. ?# (?:c\.c\.|c\.p\.|c\.p\.c\.|Cost\.)|\bCass\. (?:civ|pen)\.",
        "art. 2043 c.c.",
    ),
    Citation(
        "ES",
        r"\b(?:Ley(?: Orgánica)?|Real Decreto(?:-ley)?|Legea?) \d{1,4}/\d{4}|\b(?:STC|STS) \d+/\d{4}",
        "Ley Orgánica 3/2018",
    ),
    Citation(
        "ES",
        r"\b\d{1,4}/\d{4} (?:Legea|Lege Organikoa|Errege Dekretua|Legegintzako Errege Dekretua)|"
        r"\bLlei \d{1,4}/\d{4}",
        "3/2018 Lege Organikoa",
    ),
    Citation(
        "PT",
        r"\b(?:Lei|Decreto-Lei|Decreto)(?: Constitucional)? n\.[º°] ?\d[\d.]*[/-]\w{1,4}",
        "Lei n.º 67/98",
    ),
    Citation(
        "BR",
        r"\b(?:Lei|Decreto)(?: Complementar)? n[º°] ?\d[\d.]*(?:/\d{2,4}|, de \d{1,2} de)|\b(?:REsp|HC|"
        r"RE) \d[\d.]+/[A-Z]{2}",
        "Lei nº 8.078/1990",
    ),
    Citation(
        "NL",
        r"\bartikel(?:en)? \d+(?::\d+)?[a-z]?(?: lid \d+)? (?:BW|Sr|Sv|Awb|Gw|Rv)\b|\bStb\. \d{4}, ?\d+|"
        r"\bNJ \d{4}[,/] ?\d+",
        "artikel 6:162 BW",
    ),
    Citation(
        "DK",
        r"\b(?:lov|lovbekendtgørelse|bekendtgørelse|LBK|LOV|BEK) nr\.? ?\d+ af \d{1,2}[./]|"
        r"\bU\. ?\d{4}\.\d+(?:/\d+)? ?[HØV]\b|§ ?\d+ ?[a-z]?, stk\. ?\d+",
        "lov nr. 429 af 31. maj 2000",
    ),
    Citation(
        "FO",
        r"\b(?:løgtingslóg|ríkislóg|kunngerð|lóg) nr\. ?\d+ frá \d{1,2}\.|§ ?\d+ ?[a-z]?, (?:stk\.|"
        r"petti) ?\d+",
        "løgtingslóg nr. 73 frá 8. mai 2001",
    ),
    Citation(
        "IS",
        r"\b(?:lög|laga|lögum|reglugerð|reglugerðar) nr\. ?\d+/\d{4}|\b\d+\. mgr\. \d+\. gr\.|"
        r"\bHrd\. (?:nr\. ?)?\d+",
        "laga nr. 33/1944",
    ),
    Citation(
        "NO",
        r"\b(?:lov|forskrift) (?:av )?\d{1,2}\. \p{L}+ \d{4} nr\. ?\d+|\b(?:LOV|"
        r"FOR)-\d{4}-\d{2}-\d{2}(?:-\d+)?|\bRt\. ?\d{4} s\. ?\d+|\bHR-\d{4}-\d+-[A-Z]",
        "Rt. 2001 s. 123",
    ),
    Citation(
        "SE",
        r"\bSFS \d{4}:\d+|\b(?:lag|lagen|förordning|förordningen) \(\d{4}:\d+\)|\bNJA \d{4} s\. ?\d+|"
        r"\bprop\. \d{4}/\d{2}:\d+|\b\d+ kap\. \d+ ?[a-z]? ?§",
        "lag (1998:204)",
    ),
    Citation(
        "FI",
        r"\b(?:laki|lain|lailla|laissa|asetus|asetuksen)[^.;()\n]{0,60}\(\d+/\d{4}\)|\b(?:KKO|"
        r"KHO):? ?\d{4}[:–-]\d+|\bHE \d+/\d{4} vp",
        "KKO 2001:12",
    ),
    Citation(
        "EE",
        r"\bRT I+,? ?\d{4}, ?\d+, ?\d+|\bRT I, \d{2}\.\d{2}\.\d{4}, ?\d+|§ ?\d+ lg \d+|\bRKTK? \d",
        "RT I 2002, 35, 216",
    ),
    Citation("LV", r"\b\d+\. panta \p{L}+ daļ|\blikuma \d+\. pant", "likuma 12. pantu"),
    Citation(
        "LT",
        r"\bŽin\., ?\d{4}, Nr\. ?\d+-\d+|\bįstatymo \d+ straipsni|\bTAR, \d{4}",
        "Žin., 1996, Nr. 63-1479",
    ),
    Citation(
        "PL",
        r"\bDz\. ?U\.(?: z \d{4} r\.)?,?(?: Nr \d+,?)? poz\. ?\d+|\bart\. ?# (?:§ ?\d+ )?k\.(?:c|p|k|"
        r"p\.c|p\.k|p\.a)\.",
        "Dz.U. z 2018 r. poz. 1000",
    ),
    Citation(
        "CZ",
        r"\b(?:zákona?|zákonem|vyhlášk\p{L}|nařízení vlády) č\. ?\d+/\d{4} Sb\.|§ ?\d+[a-z]? odst\. ?\d+",
        "zákona č. 89/2012 Sb.",
    ),
    Citation(
        "SK",
        r"\b(?:zákona?|zákonom|vyhlášk\p{L}) č\. ?\d+/\d{4} Z\. ?z\.|\bč\. ?\d+/\d{4} Zb\.",
        "zákon č. 40/1964 Zb.",
    ),
    Citation(
        "SI",
        r"\bUradni list (?:RS|SFRJ),? št\. ?\d+/\d{2,4}|\b\d+\. člen\p{L}* (?:ZKP|OZ|KZ|ZPP|URS)",
        "Uradni list RS, št. 94/2007",
    ),
    Citation(
        "HR",
        r"\bNarodne novine,? (?:\(?NN\)? )?(?:br(?:oj|\.) ?)?\d+/\d{2,4}|\bNN \d+/\d{2,4}",
        "Narodne novine, br. 41/2001",
    ),
    Citation(
        "RS",
        r"\b(?:Službeni glasnik RS|Službeni list SRJ|Службени гласник РС)[”\"“]?, ?(?:br|"
        r"бр)\. ?\d+/\d{2,4}",
        "Службени гласник РС, бр. 98/2006",
    ),
    Citation(
        "HU",
        r"\b\d{4}\. évi [IVXLCDM]+\. (?:törvény|tv)|\b\d+\. ?§ ?\(\d+\) bekezdés|"
        r"\b\d+/\d{4}\. \([IVX]+\. ?\d+\.\)",
        "2012. évi I. törvény",
    ),
    Citation(
        "RO",
        r"\b(?:Legea|Legii|O\.?U\.?G\.?|Ordonanț\p{L}+(?: de urgență)?|H\.?G\.?) nr\. ?\d+/\d{4}|"
        r"\bart\. ?\d+ alin\. ?\(\d+\)",
        "Legea nr. 287/2009",
    ),
    Citation("BG", r"\bчл\. ?\d+[а-я]?, ?ал\. ?\d+|\b(?:ДВ|обн\., ДВ), ?бр\. ?\d+", "чл. 5, ал. 2"),
    Citation(
        "GR",
        r"\b(?:άρθρο|άρθρου|άρθρα|αρ\.) \d+(?: παρ\. ?\d+)? (?:του |της )?(?:[νΝ]\.|Σ\.|ΑΚ|ΠΚ|ΚΠολΔ)|"
        r"\b[νΝ]\. ?\d{3,4}/\d{4}|\bΠ\.?Δ\.? ?\d+/\d{4}",
        "ν. 2472/1997",
    ),
    Citation("MT", r"\b(?:Kap\.|Kapitolu|Cap\.) ?\d+ tal-Liġijiet|\bA\.L\. ?\d+ tal-\d{4}", "Kap. 440 tal-Liġijiet"),
    Citation(
        "UA",
        r"\b(?:ч\. ?\d+ )?ст\. ?\d+ (?:ЦК|КК|КПК|ЦПК|Конституції) України|№ ?\d+-[IVX]+",
        "ст. 625 ЦК України",
    ),
    Citation("RU", r"\b(?:ч\. ?\d+ )?ст\. ?\d+ (?:ГК|УК|УПК|ГПК|Конституции) РФ|№ ?\d+-ФЗ", "ст. 15 ГК РФ"),
    Citation(
        "TR",
        r"\b\d{3,4} sayılı (?:\p{L}+ ){0,6}Kanun|\b(?:TCK|TMK|CMK|HMK|TBK) (?:m\.|madde) ?\d+",
        "5237 sayılı Türk Ceza Kanunu",
    ),
    Citation("KZ", r"№ ?\d+-[IVX]+ (?:ҚРЗ|Заң)|\b\d+-бабының \d+-тармағы", "5-бабының 2-тармағы"),
)
"""Written from how each jurisdiction says that its law is cited (ours); not a full list for any of them."""
