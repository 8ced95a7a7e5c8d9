"""What pages say that stand before the page: log in, subscribe, prove that you are human, come back later.

The lists are of patterns on a squeezed text, as those of `outreach.page.words` are.
"""

from __future__ import annotations

from functools import lru_cache

from outreach.kit.patterns import late
from outreach.page.words import FAR_SCRIPT, plain

# --- log in first -------------------------------------------------------------------------------

_LOGIN = frozenset(
    plain(word)
    for word in [
        "log in",
        "login",
        "log on",
        "logon",
        "sign in",
        "signin",
        "sign on",
        "member login",
        "members login",
        "user login",
        "customer login",
        "account login",
        "log in or sign up",
        "log in or register",
        "sign in or register",
        "log in or create an account",
        "login required",
        "sign in required",
        "authentication required",
        "authentication",
        "authorization required",
        "members only",
        "subscribers only",
        "member area",
        "members area",
        "please log in",
        "please login",
        "please sign in",
        "welcome back",
        "sign in to your account",
        "log in to your account",
        "access your account",
        "anmelden",
        "anmeldung",
        "einloggen",
        "login bereich",
        "kundenlogin",
        "mitgliederbereich",
        "nur für mitglieder",
        "nur für abonnenten",
        "bitte anmelden",
        "connexion",
        "se connecter",
        "connectez vous",
        "identifiez vous",
        "identification",
        "espace membre",
        "espace membres",
        "réservé aux abonnés",
        "réservé aux membres",
        "iniciar sesión",
        "inicia sesión",
        "inicio de sesión",
        "acceder",
        "acceso",
        "ingresar",
        "identifícate",
        "entrar",
        "conectarse",
        "acceso usuarios",
        "solo suscriptores",
        "accedi",
        "accesso",
        "effettua il login",
        "area riservata",
        "entra",
        "iniciar sessão",
        "inicie sessão",
        "fazer login",
        "faça login",
        "faça seu login",
        "acessar",
        "acesse sua conta",
        "inloggen",
        "aanmelden",
        "zaloguj się",
        "zaloguj",
        "logowanie",
        "přihlášení",
        "přihlásit se",
        "přihlásit",
        "prihlásenie",
        "prihlásiť sa",
        "logga in",
        "inloggning",
        "log ind",
        "logg inn",
        "innlogging",
        "kirjaudu sisään",
        "kirjaudu",
        "kirjautuminen",
        "bejelentkezés",
        "belépés",
        "autentificare",
        "conectare",
        "intră în cont",
        "giriş yap",
        "giriş",
        "oturum aç",
        "üye girişi",
        "вход",
        "войти",
        "вход на сайт",
        "вход в систему",
        "вход в личный кабинет",
        "авторизация",
        "увійти",
        "вхід",
        "авторизація",
        "вписване",
        "prijava",
        "prijavi se",
        "σύνδεση",
        "είσοδος",
        "ログイン",
        "サインイン",
        "会員ログイン",
        "会員限定",
        "登录",
        "登錄",
        "登入",
        "请登录",
        "用户登录",
        "会员登录",
        "會員登入",
        "로그인",
        "تسجيل الدخول",
        "دخول",
        "התחברות",
        "כניסה",
        "ورود",
        "लॉग इन",
        "लॉगिन",
        "đăng nhập",
        "masuk",
        "log masuk",
        "เข้าสู่ระบบ",
        "prisijungti",
        "prisijungimas",
        "ienākt",
        "logi sisse",
        "sisselogimine",
    ]
)
_LOGIN_ASKED = late(
    r"\b(?:please |you (?:must|need to|have to|should) (?:be )?|must (?:be )?)?(?:log(?:ged)? ?in|sign(?:ed)? ?in|login|register|subscribe)(?: or \w+(?: \w+)?)? (?:to|before|for|in order to) "
    r"(?:continue|view|read|see|access|proceed|unlock|get|watch|keep)|\b(?:only for|for|reserved for|exclusive to|available to) (?:registered |paying |logged in )?(?:members|subscribers|users)\b|"
    r"\b(?:enter|type|provide) (?:the|a|your|its) password (?:below )?to (?:view|see|read|access|enter|continue)|^password required$|\b(?:members|subscribers) only\b|\bplease (?:log|sign) ?in\b|\byou (?:must|need to|have to) (?:be )?(?:log|sign)|\bpassword protected\b|\bthis (?:content|page|post) is (?:password )?(?:protected|restricted|private)|"
    r"\b(?:bitte |müssen sie sich |melden sie sich )(?:\w+ ){0,3}?(?:an|anmelden|einloggen|ein)\b|\bnur für (?:registrierte |angemeldete )?(?:mitglieder|abonnenten|nutzer|benutzer)|"
    r"\b(?:connectez vous|identifiez vous|veuillez vous (?:connecter|identifier)|vous devez (?:être connecté|vous connecter)|réservée? aux (?:abonnés|membres))|"
    r"\b(?:inicia|inicie|debes? iniciar|debe iniciar|tienes que iniciar|por favor inicia) sesión|\b(?:exclusivo|solo|sólo) para (?:suscriptores|miembros|usuarios)|"
    r"\b(?:accedi|effettua (?:il login|l accesso)|devi (?:accedere|effettuare)|è necessario (?:accedere|effettuare)) (?:per|il|l|al|a)\b|\briservat[oa] (?:agli|ai) (?:abbonati|utenti|soci)|"
    r"\b(?:faça login|inicie sessão|entre na sua conta|é necessário (?:fazer login|entrar)|você precisa (?:estar logado|fazer login))|\bexclusivo para (?:assinantes|membros)|"
    r"\b(?:log in|meld je aan|u moet (?:inloggen|ingelogd)|je moet (?:inloggen|ingelogd))\b.{0,20}(?:om|zijn)|\b(?:zaloguj się|musisz (?:być zalogowany|się zalogować))|"
    r"\b(?:přihlaste se|musíte (?:být přihlášen|se přihlásit)|logga in för|du måste (?:vara inloggad|logga in)|log ind for|du skal (?:være logget|logge) ind|logg inn for|kirjaudu sisään)|"
    r"(?:войдите|авторизуйтесь|необходимо (?:войти|авторизоваться)|требуется авторизация|только для (?:зарегистрированных|подписчиков))|(?:увійдіть|авторизуйтеся)|"
    r"(?:giriş yap(?:ın|manız)|oturum aç(?:ın|manız))|ログイン(?:して|が必要)|(?:请|請)(?:先)?(?:登录|登入|登錄)|로그인(?:이 필요| 후|하세요|해 주세요)|(?:يرجى|الرجاء) تسجيل الدخول|vui lòng đăng nhập|silakan masuk"
)


def login_word(segment: str) -> bool:
    """Whether a title segment, heading or button is only about logging in."""
    return plain(segment) in _LOGIN


def login_asked(sentence: str) -> bool:
    """Whether a sentence asks the reader to log in first."""
    return len(sentence) <= 200 and bool(_LOGIN_ASKED.search(plain(sentence)))


_SUBSCRIBE_ASKED = late(
    r"\b(?:subscribe (?:now |today )?to (?:continue|read|keep|unlock|access|view|see)|(?:this|the) (?:article|story|content|page) is (?:only |exclusively )?for (?:paying |registered )?(?:subscribers|members)|"
    r"already (?:a |an )?(?:subscriber|subscribed|member)|(?:to )?(?:read|see|view) (?:the )?(?:rest|full (?:article|story|text))|keep reading (?:with|for)|unlock (?:this|the) (?:article|story))\b|"
    r"\b(?:weiterlesen mit|bereits (?:abonnent|registriert)|jetzt (?:weiterlesen|abonnieren|testen)|lesen sie (?:den ganzen|weiter mit)|déjà abonnée?|abonnez vous pour|il vous reste .{0,30} à (?:lire|découvrir)|"
    r"ya eres suscriptor|suscríbete para|para seguir leyendo|sei già abbonato|abbonati per|já é assinante|assine para|al abonnee|word abonnee|jesteś już subskrybentem|wykup dostęp|redan prenumerant|allerede abonnent)\b|"
    r"оформите подписку|подпишитесь чтобы|この記事は(?:会員|有料)|有料会員|订阅后(?:阅读|继续)"
)


def subscribe_asked(sentence: str) -> bool:
    """Whether a sentence offers the rest of the text for a subscription."""
    return len(sentence) <= 200 and bool(_SUBSCRIBE_ASKED.search(plain(sentence)))


# --- prove that you are human -------------------------------------------------------------------

_CHALLENGE = late(
    r"^just a moment$|\bchecking (?:if the site connection is secure|your browser)|^attention required\b|^please wait(?: while)?\b.{0,40}(?:verif|check|secur|redirect)|"
    r"\bverify(?:ing)? (?:that )?(?:you are|you re|your identity|your browser|if you are)\b|\b(?:are|re) (?:you )?(?:a |not a )(?:robot|bot|human)\b|\b(?:i m|i am) not a robot|\bprove (?:that )?you(?: are| re)?(?: a)? human|"
    r"\bconfirm (?:that )?you(?: are| re)? (?:a |not a )?(?:human|robot|bot)|\byou have been blocked|\byour (?:access|request|ip(?: address)?)(?: to this \w+)? (?:has been|was|is) (?:blocked|denied|limited|temporarily)|"
    r"^access (?:to this (?:page|site|resource|website) )?(?:has been |is |was )?(?:temporarily )?(?:denied|blocked|restricted|limited)\b|^blocked$|\bpardon our interruption|\brequest unsuccessful|\bincapsula incident|"
    r"^(?:security (?:check|verification|checkpoint)|vercel security checkpoint|bot (?:check|verification|detection)|human verification|robot check|captcha|are you human|one more step|ddos protection)\b|"
    r"\bcomplete the (?:security check|captcha)|\bunusual (?:traffic|activity)|\bautomated (?:access|requests|queries|traffic)|\bnot a bot\b|\bpress (?:and )?hold\b|\bsolve (?:the|this) (?:captcha|puzzle)|"
    r"\benter the characters you see|\bsecurity service to protect|\bdetected (?:unusual|suspicious|automated)|\bplease (?:enable|turn on) (?:js|javascript|cookies)\b.{0,30}(?:disable any ad blocker|to continue|and reload|and cookies)|"
    r"^einen moment(?: bitte)?$|\b(?:kein roboter|ein mensch) (?:sind|bist)|^sicherheitsüberprüfung|\bzugriff (?:wurde )?(?:verweigert|gesperrt|blockiert)|^un (?:instant|momento|attimo|moment)$|\bvous (?:n )?êtes (?:pas un robot|un humain|humain|bien un humain)|"
    r"^vérification (?:de sécurité|en cours)|\baccès (?:refusé|bloqué)|\b(?:eres|es usted|que es) (?:un )?(?:ser )?humano|\bno (?:soy|eres) un robot|^(?:comprobación|verificación) de seguridad|\bacceso (?:denegado|bloqueado)|"
    r"\bnon (?:sei|essere|sono) un robot|\bdi essere (?:un )?uman[oa]|\baccesso (?:negato|bloccato)|^um momento$|\b(?:você é|se você é) (?:um )?humano|\bnão (?:sou|é) um robô|\bacesso (?:negado|bloqueado)|^(?:een moment|even) geduld|\bgeen robot bent|"
    r"^jeszcze chwila|\b(?:jesteś człowiekiem|nie jesteś robotem)|\bdostęp zablokowany|(?:вы не робот|я не робот|вы человек|что вы человек)|^(?:один момент|минутку|проверка (?:безопасности|браузера))|доступ (?:ограничен|запрещ[её]н|заблокирован)|"
    r"しばらくお待ちください|ロボットではありません|人間であることを(?:確認|証明)|アクセスが(?:拒否|制限)|(?:请|請)稍候|安全(?:验证|驗證|检查)|人机(?:验证|身份验证)|(?:验证|驗證).{0,6}真人|访问(?:被拒绝|受限)|잠시만 기다리|로봇이 아닙니다|사람인지 확인|insan olduğunuzu doğrula|^bir dakika lütfen|"
    r"التحقق من أنك|لست روبوت|được xác minh là con người|xác minh bạn là con người|"
    r"^nur einen moment$|\b(?:überprüf\w*|prüfen|prüfung) ob (?:die|ihre) (?:\w+ )?(?:verbindung|website|webseite) sicher|\brequested url was rejected|(?:вы|я) а не робот|ロボットではない(?:こと|と)|"
    r"\bproof of work (?:in progress|required|challenge|check)|\bbrowser wird (?:gerade |derzeit )?(?:überprüft|geprüft)|\bvérifi(?:ons|cation de|ant) votre navigateur|\b(?:comprobando|verificando|comprobaremos) (?:tu|su|el) navegador|"
    r"\b(?:verificando|verifichiamo|controlliamo) il (?:tuo|suo) browser|\bverificando (?:o )?seu navegador|^(?:http )?(?:error )?(?:403 )?forbidden(?: 403)?$|^(?:error )?403$|"
    # are you of age
    r"^age (?:verification|check|gate|restricted)|\b(?:are you|you are|you re|i am|i m|you must be|must be) (?:over|at least|of legal|(?:1[68]|2[01])(?: years)?(?: or older| and over| of age| old)?$)(?: (?:1[68]|2[01]|age|drinking|smoking|years|or|old|older|the age of))*|"
    r"^alters(?:prüfung|verifikation|verifizierung|nachweis|abfrage|kontrolle|freigabe)|\b(?:sind sie|bist du|ich bin|sie müssen) (?:bereits |schon |mindestens |über |älter als )+(?:1[68]|21|volljährig)|\b(?:avez vous|j ai) (?:plus de |au moins )?18 ans|"
    r"\b(?:eres|soy|es usted) mayor de (?:edad|18)|\b(?:sei|sono) maggiorenne|\b(?:é|sou|você é|tem) (?:maior de (?:18|idade)|mais de 18)|\bben je (?:al )?(?:18|ouder dan)|\b(?:czy masz|mam) (?:ukończone )?18 lat|вам (?:уже )?(?:есть|исполнилось) 18|あなたは(?:18|20)歳以上|18歳以上ですか"
)


_WALL_WORDS = frozenset(
    "moment checking attention wait verify verifying robot bot human prove confirm blocked access denied interruption unsuccessful incapsula security captcha "
    "checkpoint ddos unusual automated press hold solve characters suspicious enable turn detected step instant einen roboter mensch sicherheitsüberprüfung zugriff "
    "momento attimo êtes vérification accès humano humain soy eres comprobación verificación acceso uman umano umana sei essere sono accesso robô acesso geduld bent "
    "chwila człowiekiem robotem dostęp insan bir lütfen minh proof überprüft geprüft navigateur navegador browser forbidden 403 nur überprüfung überprüfen prüfung prüfen rejected age legal over least 16 18 20 21 "
    "altersprüfung altersverifikation altersverifizierung altersnachweis altersabfrage alterskontrolle altersfreigabe volljährig mayor maggiorenne maior ouder".split()
)


@lru_cache(maxsize=4_096)
def challenge(sentence: str) -> bool:
    """Whether a sentence is a wall's that lets no machine through."""
    if len(sentence) > 220:
        return False
    said = plain(sentence)
    if _WALL_WORDS.isdisjoint(said.split()) and not FAR_SCRIPT.search(said):
        return False
    return bool(_CHALLENGE.search(said))


_NEEDS_SCRIPT = late(
    r"\b(?:enable|requires?|turn on|activate|need|without|disabled?)\b.{0,40}\b(?:javascript|java script|js)\b|\b(?:javascript|java script|js)\b.{0,50}\b(?:enabled?|required|disabled|aktiv\w*|activ\w*|habilit\w*|necess\w*|benötigt|deaktiviert|vereist|kreves|включ\w*)|"
    r"\b(?:aktivieren|activez|activer|activa|habilite|attiva|abilita|ative|schakel|włącz|povolte|aktivera|включите|увімкніть)\b.{0,40}\b(?:javascript|java script|js)\b|javascript.{0,12}(?:有効|启用|啟用|활성화)|启用.{0,6}javascript"
)


def needs_script(sentence: str) -> bool:
    return bool(_NEEDS_SCRIPT.search(plain(sentence[:300])))


# --- the site is being worked on, or kept from our country ----------------------------------------

_CLOSED = late(
    # a server's or a program's own trouble, sent with 200
    r"^(?:http )?(?:error )?(?:5\d\d )?(?:bad gateway|gateway time ?out|internal server error|service (?:temporarily )?unavailable|resource limit (?:is )?reached|"
    r"bandwidth limit exceeded|web server is (?:down|returning an unknown error)|too many connections|server error|origin (?:is unreachable|dns error)|connection timed out|"
    r"a timeout occurred)(?: (?:error )?(?:code )?5\d\d)?$|\bthere has been a critical error on (?:this|your) (?:web ?)?site|\bapplication error a (?:client|server) side exception|"
    r"\bserver encountered an? (?:internal|unexpected|temporary) (?:error|condition)|^(?:php )?(?:fatal error|parse error|catchable fatal error) (?:uncaught|call to|allowed memory|maximum execution|"
    r"syntax error|require|class|cannot|undefined)|^warning (?:mysqli?|pdo|require|include)\b|^(?:сайт|сервис|сервер) временно недоступен|"
    r"\b(?:under|down for|for|scheduled|planned|routine|performing|site|in|undergoing) (?:\w+ )?maintenance\b|^(?:site )?maintenance(?: mode| break| work)?$|"
    r"\b(?:we ll|we will|will) be (?:right )?back\b|\bbe right back$|^briefly unavailable\b|"
    r"\b(?:service|site|website|server|system|blog|shop)(?: is)?(?: currently| temporarily)+ (?:unavailable|down|offline|closed)\b|"
    r"\berror establishing a database connection|^database (?:connection )?error$|\bwartungs(?:arbeiten|modus|seite)\b|^wartung$|\bwegen wartung|\bwird (?:gerade |derzeit )?gewartet|"
    r"\bsind (?:gleich|bald|in kürze) (?:wieder )?(?:zurück|da|online|erreichbar)|\ben maintenance\b|\bmaintenance en cours|\bde retour (?:bientôt|dans quelques)|\ben mantenimiento\b|"
    r"\bmantenimiento programado|\bvolvemos (?:pronto|enseguida)|\bin manutenzione\b|\b(?:em|de) manutenção\b|\bin onderhoud\b|\bonderhoudswerkzaamheden|\bprace (?:konserwacyjne|techniczne)|"
    r"\bprzerwa techniczna|техническ\w+ (?:обслуживани|работ)|ведутся (?:\w+ )?работы|технічн\w+ робот|メンテナンス中|メンテナンスのため|(?:维护|維護)中|系统维护|점검 중|"
    r"\bbakım(?:da| çalışması| modunda)|\búdržb[aěyu]\b|\bkarbantartás|\bunder underhåll|\b(?:vedligeholdelse|vedlikehold|huoltotauko|huoltokatko)\b|υπό συντήρηση|(?:تحت|قيد) الصيانة|"
    r"בתחזוקה|\bđang bảo trì|\bdalam pemeliharaan|ปิดปรับปรุง"
)
_KEPT_AWAY = late(
    r"\bunavailable (?:due to|for) legal reasons|\baus rechtlichen gründen nicht (?:verfügbar|zugänglich|aufrufbar)|\bpour des raisons légales|\bpor (?:razones|motivos) legales|"
    r"\b(?:not|isn t|aren t|unavailable) (?:currently |yet )?(?:available |accessible )?(?:in|from|to) (?:your|this) (?:region|country|location|area|territory)\b|"
    r"\bin (?:ihrem land|ihrer region|deinem land|deiner region) (?:leider )?nicht (?:verfügbar|erreichbar|zugänglich)|\bpas (?:disponible|accessible) dans (?:votre|ce) (?:pays|région)|"
    r"\bno (?:está |se encuentra )?disponible en (?:tu|su) (?:país|región)|\bnon (?:è )?disponibile nel (?:tuo|suo) paese|\bnão (?:está )?disponível (?:no seu|em seu|na sua) (?:país|região)|"
    r"недоступ\w+ в (?:вашей|вашем) (?:стране|регионе)|お住まいの(?:国|地域)では|您所在的?(?:国家|地区)"
)


@lru_cache(maxsize=4_096)
def closed(sentence: str) -> bool:
    """Whether a site says that it is being worked on, or out of order, for the time being."""
    said = plain(sentence)
    return len(said) < 120 and bool(_CLOSED.search(said))


@lru_cache(maxsize=4_096)
def kept_away(sentence: str) -> bool:
    """Whether a site says that it is not for readers of our country."""
    said = plain(sentence)
    return len(said) < 160 and bool(_KEPT_AWAY.search(said))
