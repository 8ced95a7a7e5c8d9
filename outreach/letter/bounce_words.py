"""The words of mail systems that tell of a delivery, in many languages. Searched in flat text."""

from outreach.kit.patterns import late

DAEMON = late(
    r"post[-_. ]master|smtp[-_ ]|[-_ ]smtp|mail[-_ ]?(?:service|gateway)|anti-?virus|mailer[-_. ]?daemon|mail[-_. ]?daemon|postmaster|postmast|mail(?:er)? ?delivery|delivery ?(?:sub)?system|system administrator|mail ?system"
    r"|mail ?admin|mailadm|mail ?router|(?<![\w-])daemon@|bounce[sd]?[@+-]|mailserver|mail server|content-?filter|mdaemon|microsoft ?exchange|returned mail|\bmaild@|(?:interscan|delivery|virus|mail) ?notification"
)
SUBJECT = late(
    r"undeliver|non-?deliver|deliver(?:y|ed|ing)?\b.{0,30}(?:status|fail|problem|error|report|notif|unsuccess|delay|warning|incomplete|impossible)|(?:fail|status|problem|error|unable|warning|could|cannot|not|notice).{0,40}deliver"
    r"|returned (?:mail|to sender|message|e-?mail)|return(?:ing)? (?:message )?to sender|failure notice|failed mail|mail (?:system error|failure|error|delivery)|message (?:you sent )?(?:blocked|delayed|rejected|not)|(?:mail|message|e-?mail) (?:was |has been )?(?:reject|bounce|block|refus|return)"
    r"|^reject|\bbounced?\b|rejected|unbekannte? empf|unsolicited bulk|nameserver error|unknown user|user unknown|address(?:ee)? (?:unknown|error)|(?:mail|message) status|has not yet been|delayed mail|remise (?:retardée|différée)|entrega (?:demorada|retrasada|atrasada)|consegna (?:ritardata|in ritardo)|bezorging vertraagd|opóźnion|zustellung verzögert|verzögerte zustellung"
    r"|unzustellbar|nicht zugestellt|zustellung.{0,30}(?:fehl|nicht)|non (?:remis|distribu|d\w{1,2}livr)|\w{1,2}chec.{0,30}(?:remise|distribution|envoi)|non recapit|mancat[ao] (?:recapito|consegna)|impossibile recapitare"
    r"|no (?:se )?(?:ha )?(?:podido |puede |pudo )?(?:ser )?entrega|no entregad|error de entrega|devuelto|n\w{1,3}o (?:foi )?entreg|falha na entrega|devolvid|onbestelbaar|niet (?:afgeleverd|bezorgd)|kan(?: inte|) (?:ej )?levereras|gick inte att leverera|olevererat|uleveret|nie (?:mo\w{1,3}na|dostarczon)|niedostarcz|zwrot"
    r"|недостав|не достав|配信不|未達|未配|配達でき|退信|送信でき|エラー|投递失败|未送达"
)
BODY = late(
    r"(?:could|can|was|were|has|have|did|is|are) ?(?:not|n't) (?:been |be |yet been )?(?:able to (?:be )?)?(?:deliver|reach|sent|accept|forward|process|send|transmit)|couldn't be delivered|wasn't delivered|not able to deliver"
    r"|(?:unable|failed|failure) to (?:be )?(?:deliver|reach|send|find user)|(?:delivery|deliver|delevery|transmission|message).{0,100}?(?:failed|failure|aborted|unsuccessful|problems?\b)|undeliver|(?:following|these) (?:address|recipient)(?:\(?e?s\)?)?.{0,40}(?:fail|error|reject|problem|could not|cannot|had)"
    r"|transcript of (?:the )?(?:smtp )?session|had (?:permanent )?fatal errors|returned to (?:you|sender)|message was rejected|(?:was|were|been|automatically) (?:rejected|refused|blocked|returned|bounced)|error (?:was detected|occurred|while|delivering|transferring)|not delivered|rejected by"
    r"|no mailbox here|unknown user|user unknown|user not (?:known|found)|invalid (?:recipient|final)|permanent (?:error|failure)|did not like our|delivery status|considered unsolicited|blocked by our|no longer (?:exists|valid|in use|accepts)"
    r"|message delayed|(?:has been|is|are) (?:delayed|postponed)|still being retried|will (?:be retried|continue|retry)"
    r"|nicht zugestellt|konnte nicht|n'a pas pu|no (?:pudo|puede|ha podido) ser|n\w{1,3}o (?:p\w{1,2}de|foi) (?:ser )?entreg|impossibile (?:recapitare|consegnare)|niet (?:worden )?(?:bezorgd|afgeleverd)|nie mog\w{1,3} (?:zosta|by)|kunde inte levereras"
    r"|не может быть|送信できません|配信でき|届け(?:られ|でき)|无法(?:投递|送达|传递|发送|将)|未能(?:送达|投递)|退回"
)
DELAY = late(
    r"warning (?:message )?only|do not need to re-?send|no action is required|will (?:continue|keep|be retried|retry)|still being retried|not yet been delivered|has been (?:delayed|postponed)|is (?:only )?a (?:temporary failure|warning|delay)"
    r"|delivery (?:is |has been |)delayed|message (?:is |has been )?delayed|still awaiting delivery|this is just a warning|continue trying|retry for|(?:noch nicht|wird weiter) .{0,40}(?:zugestellt|versucht)|notification about a delay|delayed mail|not received your message yet|\(delay(?:ed)?\)|pas encore (?:pu )?(?:être|été)|continuera (?:d'essayer|à essayer|ses tentatives)|(?:aún|todavía) no se ha (?:podido )?entreg|se seguirá intentando|ainda não (?:foi|pôde)|continuar\w{1,3} tentando|non è (?:ancora )?stato ancora|non è ancora stat[oa]|nog niet (?:worden )?(?:bezorgd|afgeleverd)|jeszcze nie (?:został|dostarcz)|ещё не доставл|еще не доставл|попытки (?:доставки )?(?:будут )?продолж"
)
FINAL = late(
    r"permanent(?:ly)? (?:error|fail)|giving up|given up|failed permanently|fatal errors|not be retried|will not try|no(?:t going to| longer) try"
)
FAILING = late(r"fail|reject|not |n't |unknown|error|undeliver")
RECEIPT = late(
    r"success(?:ful|fully)? (?:mail )?(?:deliver|relay)|was successfully (?:delivered|relayed)|delivery.{0,20}\(success\)|^delivered:|^relayed:|^zugestellt:|^remis\s?:|^entregado:|^doporuczone:"
)
REFUSED_POST = late(
    r"you (?:\S{1,90}@\S{1,90} )?are not (?:a )?(?:member|subscribed)|non-?member|not allowed to post|posting.{0,30}rejected"
)
ADDRESS_LINE = late(r"^\s{0,4}<[^\s<>]{1,100}@[^\s<>]{1,100}>\s?:(?:\s|$)")
HEADING = late(
    r"\W{0,80}(?:non-?delivery|delivery (?:status|failure)|undeliverable mail) (?:report|notification|notice)"
)
