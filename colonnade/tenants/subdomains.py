"""Which names a school may have: a DNS label that is no part of the house's, and that nobody takes for it."""

from colonnade.lib.tenancy import across_tenants
from colonnade.tenants.models import SUBDOMAIN, Tenant

RESERVED = frozenset(
    """
    about abuse access account accounts activate ad address admin administration administrator ads affiliate affiliates
    alerts alpha analytics announcements api app apps archive assets auth autoconfig autodiscover autoupdate backend
    backup backups badge beta billing blog board bot bots broadcasthost bucket buckets business cache calendar campaign
    careers cart cas catalog cdn certificates chat check checkout ci client clients cloud cluster cms codes colonnade
    community company compare config connect console contact contact-us content control controlpanel core corporate
    country course courses cpanel create crm cron customer customers dashboard data db debug default delete
    deploy design dev devel developer developers development direct directory dns docs documentation domain domains
    download downloads edge edit editor email emails embed enterprise error errors events exchange explore export
    extranet faq feed feedback feeds file files firewall forum forums ftp gateway git go graph graphql group groups
    guest guests guide guides health healthz help helpdesk help-center home host hosting hostmaster http https hub icons
    image images imap img import inbox info internal intranet invite invoice invoices invoicing ipv4 ipv6 irc isatap
    issues it item items jobs join js kb keys knowledge knowledgebase lab labs landing ldap learn legal lib library
    license licenses link links list lists live load localdomain localhost log login logout logs mail mail1 mail2
    mailer-daemon mailbox mailer mailing maintenance manage manager marketing master media member members message
    messages metrics mobile monitor monitoring mx mx1 mx2 my mysql network new news newsletter nfs nobody noc
    no-reply noreply notify notifications ns ns0 ns1 ns2 ns3 ns4 oauth oauth2 official offers onboarding openid
    operator operators ops order orders origin owner pages panel partner partners password pay payment payments peer
    phpmyadmin ping platform player plans play policy pop pop3 portal post postgres postmaster press preview pricing
    privacy private prod production profile profiles project projects promo proxy public purchase queue random recover
    redeem redirect redis refund register registration registry reload remote report reports resources root rss s3 sales
    sandbox school schools search secure security seed server servers service services session sessions settings setup
    sftp share shop signin signup site sitemap sites smtp smtps snmp social socket source spam sql ssh ssl sso ssladmin
    ssladministrator sslwebmaster staff stage staging stat static statistics stats status storage store stream streaming
    student students studio submit subscribe subscription subscriptions suggest super superuser support survey svn
    sysadmin sysadministrator system team teams tech telnet tenant tenants terms test tests theme themes thread tls
    token tokens tool tools training translate trust tunnel update updates upload uploads url usage usenet user users
    uucp vault verify video videos vpn wap web webdav webhook webhooks webinar webmail webmaster webmin website websites
    welcome widget widgets wiki worker workers wpad ws wss www www-data www1 www2 www3 you your xml
    """.split()  # noqa: SIM905  # three hundred quotes would hide the words
)
"""Names that the house uses or may come to use, that software looks for by itself (wpad, autodiscover, RFC 2142's
mailboxes), and that a visitor would take for the platform's own word (billing, security, login)."""


def normal(text: str) -> str:
    """What a person typed, as a host has it."""
    return text.strip().lower()


def refusal(subdomain: str) -> str:
    """Why a school may not have this name, in a sentence for its founder; empty if it may, for all we know now.

    The unique constraint decides in the end: between this answer and the deed another may be quicker.
    """
    if len(subdomain) < 3:
        return "Choose at least 3 characters."
    if len(subdomain) > 63:
        return "Choose at most 63 characters."
    if not SUBDOMAIN.fullmatch(subdomain):
        return "Use letters from a to z, digits and hyphens, with no hyphen at the beginning or the end."
    if subdomain[2:4] == "--":  # “xn--” and its kind stand for other alphabets, where letters can look like others
        return "Two hyphens in third place are kept for other alphabets. Choose another address."
    if subdomain in RESERVED:
        return f"“{subdomain}” is kept for the platform. Choose another address."
    if is_taken(subdomain):
        return taken(subdomain)
    return ""


def is_taken(subdomain: str) -> bool:
    return across_tenants(Tenant).filter(subdomain=subdomain).exists()


def taken(subdomain: str) -> str:
    return f"“{subdomain}” is taken by another school. Choose another address."
