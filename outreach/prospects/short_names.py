"""Well-known short forms of first names: who signs as Ben may be Benjamin. Pure.

A form may stand for several names, and a name has several forms; what two forms of one name have in common is that name.
"""

from __future__ import annotations

from outreach.kit.folding import folded

_FORMS = """
    abigail: abby abbie gail | abraham: abe | adelaide: addie | agnieszka: aga | albert: al bert bertie | alejandro: alex ale jandro | aleksander: alex olek sasha
    alessandro: alex ale sandro | alexander: alex al alec sandy sasha sascha xander lex | alexandra: alex alexa sandra sandy sasha lexi | alfred: al alf alfie fred freddy
    alison: ali allie | allison: ali allie | amanda: mandy | anastasia: ana stacy nastya | andrea: andi andy | andreas: andi andy | andrew: andy drew | angela: angie | annabel: bella
    anthony: tony ant | antonia: toni | antonio: tony toni tonio | archibald: archie | arthur: art artie | augustus: gus | barbara: barb babs barbie | bartholomew: bart
    benedict: ben | benjamin: ben benny benji | bernard: bernie | bernhard: bernd | beverly: bev | bradley: brad | bridget: bridie | calvin: cal | cameron: cam | carolina: caro | caroline: caro carrie caz
    cassandra: cass cassie sandra | catherine: cathy kate katie cat kitty cath | cecilia: cece cissy | charles: charlie chuck chas | charlotte: charlie lottie lotte | chester: chet
    christian: chris | christina: chris chrissy tina christie | christine: chris chrissy tina christie | christoph: chris | christopher: chris kit topher | clifford: cliff | constance: connie
    cornelius: con neil | cynthia: cindy | daniel: dan danny | david: dave davy davey | deborah: deb debbie | dennis: denny | dominic: dom nick | dominik: dom | donald: don donny | dorothy: dot dottie dolly
    douglas: doug | edgar: ed eddie | edmund: ed eddie ned ted | edward: ed eddie ned ted teddy | edwin: ed eddie | eleanor: ellie nell nora ellen | elijah: eli | elisabeth: lisa elise liz lizzie beth betty bettina lisbeth elsa sissi
    elizabeth: liz lizzie lizzy beth betsy betty bess eliza lisa libby elsie ellie | emily: em emmy | emma: em | ernest: ernie | eugene: gene | evelyn: evie eve | ezekiel: zeke | fernando: nando
    florence: flo florrie | frances: fran franny frankie | francesca: fran franny chess | francesco: franco cesco | francis: frank fran | francisco: paco pancho cisco fran | frank: frankie | franklin: frank | frederick: fred freddie freddy rick
    friederike: rike fritzi | friedrich: fritz fred | gabriel: gabe gabi | gabriela: gabi gabby | gabriele: gabi | gabrielle: gabby gabi elle | gareth: gaz | genevieve: gen eve | geoffrey: geoff | george: georgie | gerald: gerry jerry
    gerard: gerry | gertrude: trudy gertie | gillian: gill jill | giovanni: gianni vanni | giuseppe: beppe peppe | gregory: greg | guillermo: memo | gustav: gus | harold: hal harry | harriet: hattie harry | harrison: harry
    heinrich: heinz heiner | helena: lena nell | henrietta: etta hetty | henry: harry hank hal | hildegard: hilde | howard: howie | hubert: bert hugh | ignacio: nacho | irene: rene | isaac: ike zac | isabel: bella izzy isa belle | isabella: bella izzy isa belle
    isabelle: bella izzy isa belle | ivan: vanya | jacob: jake jack | jacqueline: jackie | jakub: kuba | james: jim jimmy jamie | janet: jan | janina: nina | jason: jay | jean: jeannie | jeffrey: jeff | jeffery: jeff | jennifer: jen jenny jenn | jeremiah: jerry | jeremy: jem jerry
    jessica: jess jessie | jesus: chuy | joachim: jochen achim | joanna: jo joan annie asia | joanne: jo | johanna: hanna jo | johannes: hannes hans johann jan | john: jack johnny jon | jonathan: jon johnny nathan | jose: pepe | josef: sepp jupp | joseph: joe joey jo | josephine: jo josie
    joshua: josh | judith: judy jude judi | julia: jules | julian: jules | katarzyna: kasia | katharina: kathi katja kathrin trina kate | katherine: kate katie kathy kat kitty kit kath kay | kathleen: kathy kate katie kath | kathryn: kate katie kathy kat kath | kenneth: ken kenny | kimberly: kim kimmy
    konstantin: kostya | kristina: kris tina | lawrence: larry lars laurie | leo: leon | leonard: leo len lenny | leonardo: leo | leopold: leo poldi | leslie: les | lewis: lew | lillian: lil lily | louis: lou louie | louise: lou lulu | lucas: luke | lucinda: lucy cindy | ludwig: lutz
    madeleine: maddie maddy | magdalena: lena magda leni | malgorzata: gosia | manuel: manu manolo | manuela: manu | marcus: marc mark | margaret: maggie meg peggy margie marge greta daisy madge rita | margarete: grete gretel gretchen greta | margarita: rita marga | maria: mia mitzi | marjorie: marge margie
    martha: marty patty | martin: marty | mary: molly polly mamie | matilda: tilly mattie | matthew: matt matty | matthias: matze hias | maurice: mo | maxim: max | maximilian: max | maxwell: max | melanie: mel | melissa: mel missy lissa | michael: mike mick mickey mikey micha michi
    michaela: micha michi ela | michelle: shelly chelle | mikhail: misha | miriam: mimi mia | mitchell: mitch | mohammed: mo | moritz: mo | nadezhda: nadia | natalia: nat natasha | natalie: nat | nathaniel: nate nathan nat | nathan: nate nat | nicholas: nick nicky nico | nicola: nicky nic | nicolas: nick nico nic
    nicole: nicky nic nici | nikolaus: klaus niko niklas | oliver: ollie olly | olivia: liv livvy olive | oswald: ozzie | ottilie: tilly | pamela: pam | patricia: pat patty trish tricia | patrick: pat paddy rick | paula: polly | penelope: penny | peter: pete | philip: phil pip | philipp: phil | phillip: phil
    priscilla: cilla | rachel: rae | randolph: randy | raymond: ray | rebecca: becky becca beck | regina: gina | reginald: reg reggie | richard: rich rick dick ricky richie | robert: rob bob bobby robbie bert bobbie | roberta: bobbie robbie berta | roberto: beto rob | roderick: rod rick | rodney: rod | roland: rolly roly
    ronald: ron ronnie ronny | rosalind: ros roz | rosemary: rose rosie | rudolf: rudi rolf | rudolph: rudy | russell: russ | salvatore: sal toto | samantha: sam sammy | samuel: sam sammy | sandra: sandy | santiago: santi | sarah: sally sadie | sebastian: seb basti bastian | sergio: checo | sidney: sid | simon: si
    solomon: sol | sophia: sophie | sophie: soph | spencer: spence | stanley: stan | stefan: steff | stefanie: steffi | stephanie: steph steffi stevie | stephen: steve stevie steph | steven: steve stevie | stuart: stu | susan: sue susie suzie suzy | susanna: sue susi sanna | susanne: susi sanne | suzanne: sue suzie suzy
    tatiana: tanya | terence: terry | teresa: terry tess tessa tere | thaddeus: thad tad | theodore: ted teddy theo | theodor: theo | theresa: terry tess tessa resi | thomas: tom tommy thom | tiffany: tiff | timothy: tim timmy | tobias: tobi toby | ulrich: uli ulli | ulrike: uli ulli rike | ursula: uschi ulla ursel | valentina: val tina
    valerie: val | veronica: ronnie vera nica | victor: vic | victoria: vicky vicki tori vic | vincent: vince vinny vin | virginia: ginny ginger gina | vladimir: vova volodya vlad | waldemar: waldi | walter: walt wally | wilfred: wilf fred | wilhelm: willi willy helmut | wilhelmina: mina minnie willa | william: bill billy will willy liam wills
    winifred: winnie fred freddie | wolfgang: wolf wolfi | xavier: xavi | yevgeny: zhenya | zachary: zach zack zac | zoltan: zoli
    andras: bandi andris | erzsebet: erzsi bozsi zsoka | ferenc: feri | gabor: gabi | gyorgy: gyuri | ilona: ili ica | istvan: pista isti | janos: jani jancsi | jozsef: jozsi | judit: jutka juci | katalin: kata kati | laszlo: laci | mihaly: misi miska | miklos: miki | sandor: sanyi | tamas: tomi | zsuzsanna: zsuzsa zsuzsi
    aleksandra: ola sasha | barbora: bara barca | elzbieta: ela | frantisek: franta | jaroslav: jarda | jerzy: jurek | jiri: jirka | josef: pepa | krzysztof: krzysiek krzys | ladislav: lada | malgorzata: malgosia | miroslav: mirek | stanislaw: staszek | tadeusz: tadek | tomasz: tomek | vaclav: vasek | zbigniew: zbyszek | zdenek: zdena
    cornelis: kees cees | elisabeth: els lies bep | gerardus: gerard gerrit | hendrik: henk | jacobus: koos jaap | johannes: joop | maria: maaike marijke | petrus: piet | willem: wim
    birgitta: gitta | christoffer: stoffe | fredrik: frippe | gustaf: gosta | karl: kalle | lars: lasse | nils: nisse | per: pelle | sven: svenne | erkki: eki | juhani: juha jussi | katariina: katri kati | mikael: mikko micke
    antonio: toninho | eduardo: edu duda | francisca: paqui paca | francisco: chico kiko curro | guadalupe: lupe | joao: joca | joaquin: quino ximo | luis: lucho | luiz: lula | manuel: manel nelo | maria: mari | mercedes: merche | rafael: rafa | roberto: beto | rosario: charo | vicente: chente
    domenico: mimmo | filippo: pippo | giacomo: mino | luigi: gigi | pasquale: lino | raffaele: lello | vincenzo: enzo | ibrahim: ibo | mehmet: memo | mustafa: musti
    александр: саша саня шура алекс | александра: саша саня шура | алексей: леша алеша | анастасия: настя ася | андрей: андрюша | анна: аня нюра | борис: боря | валентина: валя | василий: вася | виктор: витя | виктория: вика | владимир: вова володя | вячеслав: слава | галина: галя | геннадий: гена | григорий: гриша | дарья: даша | дмитрий: дима митя | евгений: женя | евгения: женя | екатерина: катя | елена: лена | елизавета: лиза | иван: ваня | игорь: гоша | ирина: ира
    константин: костя | ксения: ксюша | людмила: люда мила | мария: маша маруся | михаил: миша | надежда: надя | наталья: наташа ната | наталия: наташа ната | николай: коля | ольга: оля | павел: паша | петр: петя | роман: рома | светлана: света | сергей: сережа | станислав: стас | степан: степа | татьяна: таня | федор: федя | юлия: юля | юрий: юра | яков: яша | ярослав: слава
    андрій: андрійко | ганна: аня | дмитро: діма митя | євген: женя | іван: ваня | катерина: катя | михайло: миша | микола: коля | наталія: наталка ната | олександр: саша сашко олесь | олександра: саша олеся | олена: лена | оксана: ксеня | петро: петрик | сергій: серьожа | тетяна: таня | юрій: юра юрко
    αικατερίνη: κατερίνα | αλέξανδρος: αλέκος αλέξης | αναστάσιος: τάσος | αντώνιος: αντώνης | βασίλειος: βασίλης | γεώργιος: γιώργος | δημήτριος: δημήτρης μήτσος | ελένη: λένα | ευάγγελος: βαγγέλης | εμμανουήλ: μανώλης μάνος | ιωάννης: γιάννης | κωνσταντίνος: κώστας ντίνος | μιχαήλ: μιχάλης | νικόλαος: νίκος | παναγιώτης: πάνος τάκης | σπυρίδων: σπύρος | χρήστος: κίτσος
"""


def _by_form() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in folded(_FORMS.replace("\n", "|")).split("|"):
        name, _, forms = entry.strip().partition(":")
        for form in forms.split():
            found.setdefault(form, set()).add(name)
    return {form: frozenset(names) for form, names in found.items()}


NAMES_OF = _by_form()
"""`{short form: the names that it may stand for}`, without capitals and accents."""


def may_be_one(one: str, other: str) -> bool:
    """May these two first names, folded, be of one person? Each stands for itself, and for the names that it is short for."""
    return not (NAMES_OF.get(one, frozenset()) | {one}).isdisjoint(NAMES_OF.get(other, frozenset()) | {other})
