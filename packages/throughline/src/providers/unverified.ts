/*
 * Endpoints of providers that nobody here has checked: taken from the catalogue of grant 5.4.24 by
 * scripts/unverified-providers.ts, for `throughline providers` to show. Some are out of date. Never used as they are.
 *
 * The MIT License (MIT)
 *
 * Copyright (c) 2014-present, Simeon Velichkov <simeonvelichkov@gmail.com> (https://github.com/simov/grant)
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */

/** A provider that nobody here has checked. */
export interface UnverifiedProvider {
  readonly name: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly scopeSeparator: string
  /** Where the API tells of an account; absent where that is not known. */
  readonly accountUrl?: string
}

/** All of them, by name. */
export function unverifiedProviders(): readonly UnverifiedProvider[] {
  return LINES.trim()
    .split('\n')
    .map((line) => {
      const [name = '', authorizationEndpoint = '', tokenEndpoint = '', joins, account = '-'] =
        line.split(' ')
      return {
        name,
        authorizationEndpoint,
        tokenEndpoint,
        scopeSeparator: joins === 'space' ? ' ' : (joins ?? ' '),
        ...(account !== '-' && { accountUrl: account }),
      }
    })
}

/** Name, authorization endpoint, token endpoint, what joins the scope, account. */
const LINES = `
23andme https://api.23andme.com/authorize https://api.23andme.com/token space https://api.23andme.com/3/account/
acton https://restapi.actonsoftware.com/authorize https://restapi.actonsoftware.com/token , https://restapi.actonsoftware.com/api/1/account
acuityscheduling https://acuityscheduling.com/oauth2/authorize https://acuityscheduling.com/oauth2/token , https://acuityscheduling.com/api/v1/me
adobe https://ims-na1.adobelogin.com/ims/authorize/v2 https://ims-na1.adobelogin.com/ims/token/v3 , https://ims-na1.adobelogin.com/ims/userinfo/v2
amazon https://www.amazon.com/ap/oa https://api.amazon.com/auth/o2/token space https://api.amazon.com/user/profile
angellist https://angel.co/api/oauth/authorize https://angel.co/api/oauth/token space https://api.angel.co/1/me
apple https://appleid.apple.com/auth/authorize https://appleid.apple.com/auth/token space -
arcgis https://www.arcgis.com/sharing/rest/oauth2/authorize https://www.arcgis.com/sharing/rest/oauth2/token , https://www.arcgis.com/sharing/rest/community/self
asana https://app.asana.com/-/oauth_authorize https://app.asana.com/-/oauth_token space https://app.asana.com/api/1.0/users/me
assembla https://api.assembla.com/authorization https://api.assembla.com/token , https://api.assembla.com/v1/user.json
atlassian https://auth.atlassian.com/authorize https://auth.atlassian.com/oauth/token space https://api.atlassian.com/me
authentiq https://connect.authentiq.io/sign-in https://connect.authentiq.io/token space https://connect.authentiq.io/userinfo
autodesk https://developer.api.autodesk.com/authentication/v2/authorize https://developer.api.autodesk.com/authentication/v2/token space https://developer.api.autodesk.com/userprofile/v1/users/@me
aweber https://auth.aweber.com/oauth2/authorize https://auth.aweber.com/oauth2/token space https://api.aweber.com/1.0/accounts/me
baidu https://openapi.baidu.com/oauth/2.0/authorize https://openapi.baidu.com/oauth/2.0/token , https://openapi.baidu.com/rest/2.0/passport/users/getLoggedInUser
basecamp https://launchpad.37signals.com/authorization/new https://launchpad.37signals.com/authorization/token , https://launchpad.37signals.com/authorization.json
bitbucket https://bitbucket.org/site/oauth2/authorize https://bitbucket.org/site/oauth2/access_token space https://api.bitbucket.org/2.0/user
bitly https://bitly.com/oauth/authorize https://api-ssl.bitly.com/oauth/access_token , https://api-ssl.bitly.com/v4/user
box https://api.box.com/oauth2/authorize https://api.box.com/oauth2/token space https://api.box.com/2.0/users/me
buffer https://bufferapp.com/oauth2/authorize https://api.bufferapp.com/1/oauth2/token.json , https://api.bufferapp.com/1/user.json
campaignmonitor https://api.createsend.com/oauth https://api.createsend.com/oauth/token , https://api.createsend.com/api/v3.1/clients.json
cheddar https://api.cheddarapp.com/oauth/authorize https://api.cheddarapp.com/oauth/token , https://api.cheddarapp.com/v1/me
clio https://app.clio.com/oauth/authorize https://app.clio.com/oauth/token , https://app.clio.com/api/v4/users/who_am_i.json
coinbase https://www.coinbase.com/oauth/authorize https://www.coinbase.com/oauth/token space https://api.coinbase.com/v2/user
constantcontact https://oauth2.constantcontact.com/oauth2/oauth/siteowner/authorize https://oauth2.constantcontact.com/oauth2/oauth/token , https://api.constantcontact.com/v2/account/info
coursera https://accounts.coursera.org/oauth2/v1/auth https://accounts.coursera.org/oauth2/v1/token space https://api.coursera.org/api/externalBasicProfiles.v1
dailymotion https://www.dailymotion.com/oauth/authorize https://api.dailymotion.com/oauth/token , https://api.dailymotion.com/user/me
deezer https://connect.deezer.com/oauth/auth.php https://connect.deezer.com/oauth/access_token.php , -
delivery https://api.delivery.com/third_party/authorize https://api.delivery.com/third_party/access_token , https://api.delivery.com/customer/account
deputy https://once.deputy.com/my/oauth/login https://once.deputy.com/my/oauth/access_token , -
deviantart https://www.deviantart.com/oauth2/authorize https://www.deviantart.com/oauth2/token space https://www.deviantart.com/api/v1/oauth2/user/whoami
digitalocean https://cloud.digitalocean.com/v1/oauth/authorize https://cloud.digitalocean.com/v1/oauth/token space https://api.digitalocean.com/v2/account
discord https://discord.com/api/oauth2/authorize https://discord.com/api/oauth2/token space https://discord.com/api/users/@me
disqus https://disqus.com/api/oauth/2.0/authorize/ https://disqus.com/api/oauth/2.0/access_token/ , https://disqus.com/api/3.0/users/details.json
docusign https://account.docusign.com/oauth/auth https://account.docusign.com/oauth/token , https://account.docusign.com/oauth/userinfo
dribbble https://dribbble.com/oauth/authorize https://dribbble.com/oauth/token space https://api.dribbble.com/v2/user
dropbox https://www.dropbox.com/oauth2/authorize https://api.dropboxapi.com/oauth2/token , https://api.dropboxapi.com/2/users/get_current_account
ebay https://signin.ebay.com/authorize https://api.ebay.com/identity/v1/oauth2/token space -
echosign https://secure.echosign.com/public/oauth https://secure.echosign.com/oauth/token space https://api.echosign.com/api/rest/v6/users
ecwid https://my.ecwid.com/api/oauth/authorize https://my.ecwid.com/api/oauth/token space -
edmodo https://api.edmodo.com/oauth/authorize https://api.edmodo.com/oauth/token space https://api.edmodo.com/users/me
eventbrite https://www.eventbrite.com/oauth/authorize https://www.eventbrite.com/oauth/token , https://www.eventbriteapi.com/v3/users/me/
eyeem https://www.eyeem.com/oauth/authorize https://api.eyeem.com/v2/oauth/token , https://api.eyeem.com/v2/users/me
facebook https://www.facebook.com/dialog/oauth https://graph.facebook.com/oauth/access_token , https://graph.facebook.com/me
familysearch https://ident.familysearch.org/cis-web/oauth2/v3/authorization https://ident.familysearch.org/cis-web/oauth2/v3/token space https://api.familysearch.org/platform/users/current
feedly https://cloud.feedly.com/v3/auth/auth https://cloud.feedly.com/v3/auth/token , https://cloud.feedly.com/v3/profile
figma https://www.figma.com/oauth https://www.figma.com/api/oauth/token , https://api.figma.com/v1/me
fitbit https://www.fitbit.com/oauth2/authorize https://api.fitbit.com/oauth2/token space https://api.fitbit.com/1/user/-/profile.json
formstack https://www.formstack.com/api/v2/oauth2/authorize https://www.formstack.com/api/v2/oauth2/token , -
foursquare https://foursquare.com/oauth2/authenticate https://foursquare.com/oauth2/access_token , https://api.foursquare.com/v2/users/self
freeagent https://api.freeagent.com/v2/approve_app https://api.freeagent.com/v2/token_endpoint , -
freelancer https://accounts.freelancer.com/oauth/authorize https://accounts.freelancer.com/oauth/token space -
genius https://api.genius.com/oauth/authorize https://api.genius.com/oauth/token space -
getbase https://api.getbase.com/oauth2/authorize https://api.getbase.com/oauth2/token space -
gitbook https://api.gitbook.com/oauth/authorize https://api.gitbook.com/oauth/access_token , -
github https://github.com/login/oauth/authorize https://github.com/login/oauth/access_token , https://api.github.com/user
gitlab https://gitlab.com/oauth/authorize https://gitlab.com/oauth/token space https://gitlab.com/api/v3/user
gitter https://gitter.im/login/oauth/authorize https://gitter.im/login/oauth/token , https://api.gitter.im/v1/user
google https://accounts.google.com/o/oauth2/v2/auth https://oauth2.googleapis.com/token space https://openidconnect.googleapis.com/v1/userinfo
groove https://api.groovehq.com/oauth/authorize https://api.groovehq.com/oauth/token , -
gumroad https://gumroad.com/oauth/authorize https://gumroad.com/oauth/token space -
harvest https://api.harvestapp.com/oauth2/authorize https://api.harvestapp.com/oauth2/token , -
hellosign https://www.hellosign.com/oauth/authorize https://www.hellosign.com/oauth/token , -
heroku https://id.heroku.com/oauth/authorize https://id.heroku.com/oauth/token , https://api.heroku.com/account
homeaway https://ws.homeaway.com/oauth/authorize https://ws.homeaway.com/oauth/token , -
hootsuite https://platform.hootsuite.com/oauth2/auth https://platform.hootsuite.com/oauth2/token , -
huddle https://login.huddle.net/request https://login.huddle.net/token , -
ibm https://login.ibm.com/oidc/endpoint/default/authorize https://login.ibm.com/oidc/endpoint/default/token , https://login.ibm.com/oidc/endpoint/default/userinfo
iconfinder https://www.iconfinder.com/api/v2/oauth2/authorize https://www.iconfinder.com/api/v2/oauth2/token , -
idme https://api.id.me/oauth/authorize https://api.id.me/oauth/token , -
idonethis https://idonethis.com/api/oauth2/authorize/ https://idonethis.com/api/oauth2/token/ , -
imgur https://api.imgur.com/oauth2/authorize https://api.imgur.com/oauth2/token , https://api.imgur.com/3/account/me.json
infusionsoft https://signin.infusionsoft.com/app/oauth/authorize https://api.infusionsoft.com/token , -
instagram https://api.instagram.com/oauth/authorize https://api.instagram.com/oauth/access_token space https://graph.instagram.com/me
intuit https://appcenter.intuit.com/connect/oauth2 https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer space -
jamendo https://api.jamendo.com/v3.0/oauth/authorize https://api.jamendo.com/v3.0/oauth/grant , -
jumplead https://account.mooloop.com/oauth/authorize https://account.mooloop.com/oauth/access_token , -
kakao https://kauth.kakao.com/oauth/authorize https://kauth.kakao.com/oauth/token , https://kapi.kakao.com/v1/user/me
line https://access.line.me/oauth2/v2.1/authorize https://api.line.me/oauth2/v2.1/token space https://api.line.me/v2/profile
linkedin https://www.linkedin.com/oauth/v2/authorization https://www.linkedin.com/oauth/v2/accessToken space https://api.linkedin.com/v2/me
live https://login.live.com/oauth20_authorize.srf https://login.live.com/oauth20_token.srf , https://apis.live.net/v5.0/me
livechat https://accounts.livechatinc.com/ https://accounts.livechatinc.com/token , -
logingov https://idp.int.identitysandbox.gov/openid_connect/authorize https://idp.int.identitysandbox.gov/api/openid_connect/token space https://idp.int.identitysandbox.gov/api/openid_connect/userinfo
lyft https://api.lyft.com/oauth/authorize https://api.lyft.com/oauth/token space -
mailchimp https://login.mailchimp.com/oauth2/authorize https://login.mailchimp.com/oauth2/token , -
mailup https://services.mailup.com/Authorization/OAuth/Authorization https://services.mailup.com/Authorization/OAuth/Token , -
mailxpert https://app.mailxpert.ch/oauth/v2/auth https://app.mailxpert.ch/oauth/v2/token , -
mapmyfitness https://www.mapmyfitness.com/v7.1/oauth2/uacf/authorize https://api.mapmyfitness.com/v7.1/oauth2/access_token , https://oauth2-api.mapmyapi.com/v7.1/user/self
medium https://medium.com/m/oauth/authorize https://api.medium.com/v1/tokens , -
meetup https://secure.meetup.com/oauth2/authorize https://secure.meetup.com/oauth2/access space https://api.meetup.com/2/members
mendeley https://api.mendeley.com/oauth/authorize https://api.mendeley.com/oauth/token , https://api.mendeley.com/profiles/me
mention https://web.mention.com/authorize https://web.mention.net/oauth/v2/token , -
microsoft https://login.microsoftonline.com/common/oauth2/v2.0/authorize https://login.microsoftonline.com/common/oauth2/v2.0/token space https://graph.microsoft.com/oidc/userinfo
mixcloud https://www.mixcloud.com/oauth/authorize https://www.mixcloud.com/oauth/access_token , https://api.mixcloud.com/me
moxtra https://api.moxtra.com/oauth/authorize https://api.moxtra.com/oauth/token space -
myob https://secure.myob.com/oauth2/account/authorize https://secure.myob.com/oauth2/v1/authorize , -
naver https://nid.naver.com/oauth2.0/authorize https://nid.naver.com/oauth2.0/token , https://openapi.naver.com/v1/nid/me
nest https://home.nest.com/login/oauth2 https://api.home.nest.com/oauth2/access_token , -
netlify https://app.netlify.com/authorize https://api.netlify.com/oauth/token , https://api.netlify.com/api/v1/user
nokotime https://secure.nokotime.com/oauth/2/authorize https://secure.nokotime.com/oauth/2/access_token , -
notion https://api.notion.com/v1/oauth/authorize https://api.notion.com/v1/oauth/token , -
nylas https://api.nylas.com/oauth/authorize https://api.nylas.com/oauth/token , -
openstreetmap2 https://www.openstreetmap.org/oauth2/authorize https://www.openstreetmap.org/oauth2/token space https://api.openstreetmap.org/api/0.6/user/details.json
optimizely https://app.optimizely.com/oauth2/authorize https://app.optimizely.com/oauth2/token , -
osu https://osu.ppy.sh/oauth/authorize https://osu.ppy.sh/oauth/token space https://osu.ppy.sh/api/v2/me
patreon https://www.patreon.com/oauth2/authorize https://www.patreon.com/api/oauth2/token space -
paypal https://www.paypal.com/webapps/auth/protocol/openidconnect/v1/authorize https://api.paypal.com/v1/identity/openidconnect/tokenservice space -
phantauth https://phantauth.net/auth/authorize https://phantauth.net/auth/token space https://phantauth.net/auth/userinfo
pinterest https://api.pinterest.com/oauth/ https://api.pinterest.com/v1/oauth/token , -
podio https://podio.com/oauth/authorize https://podio.com/oauth/token , https://api.podio.com/user
procore https://login.procore.com/oauth/authorize https://login.procore.com/oauth/token , https://api.procore.com/rest/v1.0/me
producthunt https://api.producthunt.com/v1/oauth/authorize https://api.producthunt.com/v1/oauth/token space -
projectplace2 https://api.projectplace.com/oauth2/authorize https://api.projectplace.com/oauth2/access_token , -
pushbullet https://www.pushbullet.com/authorize https://api.pushbullet.com/oauth2/token , -
qq https://graph.qq.com/oauth2.0/authorize https://graph.qq.com/oauth2.0/token , https://graph.qq.com/oauth2.0/me
redbooth https://redbooth.com/oauth2/authorize https://redbooth.com/oauth2/token , https://redbooth.com/api/3/me
reddit https://ssl.reddit.com/api/v1/authorize https://ssl.reddit.com/api/v1/access_token , https://oauth.reddit.com/api/v1/me
runkeeper https://runkeeper.com/apps/authorize https://runkeeper.com/apps/token , https://api.runkeeper.com/user
salesforce https://login.salesforce.com/services/oauth2/authorize https://login.salesforce.com/services/oauth2/token space https://login.salesforce.com/services/oauth2/userinfo
shoeboxed https://id.shoeboxed.com/oauth/authorize https://id.shoeboxed.com/oauth/token , https://api.shoeboxed.com/v2/user
slack https://slack.com/oauth/authorize https://slack.com/api/oauth.access , https://slack.com/api/auth.test
slice https://api.slice.com/oauth/authorize https://api.slice.com/oauth/token , https://api.slice.com/api/v1/users/self
smartsheet https://app.smartsheet.com/b/authorize https://api.smartsheet.com/2.0/token space -
snapchat https://accounts.snapchat.com/accounts/oauth2/auth https://accounts.snapchat.com/accounts/oauth2/token space https://kit.snapchat.com/v1/me
socialpilot https://panel.socialpilot.co/oauth https://panel.socialpilot.co/oauth/accesstoken , -
soundcloud https://soundcloud.com/connect https://api.soundcloud.com/oauth2/token , https://api.soundcloud.com/me.json
spotify https://accounts.spotify.com/authorize https://accounts.spotify.com/api/token space https://api.spotify.com/v1/me
square https://connect.squareup.com/oauth2/authorize https://connect.squareup.com/oauth2/token space https://connect.squareup.com/v1/me
stackexchange https://stackexchange.com/oauth https://stackexchange.com/oauth/access_token , https://api.stackexchange.com/2.2/me
stocktwits https://api.stocktwits.com/api/2/oauth/authorize https://api.stocktwits.com/api/2/oauth/token , https://api.stocktwits.com/api/2/account/verify.json
stormz https://stormz.me/oauth/authorize https://stormz.me/oauth/token space https://api.stormz.me/v1/user/me
storyblok https://app.storyblok.com/oauth/authorize https://app.storyblok.com/oauth/token space -
strava https://www.strava.com/oauth/authorize https://www.strava.com/oauth/token , https://www.strava.com/api/v3/athlete
stripe https://connect.stripe.com/oauth/authorize https://connect.stripe.com/oauth/token , https://api.stripe.com/v1/account
surveymonkey https://api.surveymonkey.com/oauth/authorize https://api.surveymonkey.net/oauth/token , https://api.surveymonkey.net/v2/users/me
surveysparrow https://app.surveysparrow.com/o/oauth/auth https://app.surveysparrow.com/o/oauth/token , -
thingiverse https://www.thingiverse.com/login/oauth/authorize https://www.thingiverse.com/login/oauth/access_token , https://api.thingiverse.com/users/me
ticketbud https://api.ticketbud.com/oauth/authorize https://api.ticketbud.com/oauth/token , -
tiktok https://open-api.tiktok.com/platform/oauth/connect/ https://open-api.tiktok.com/oauth/access_token/ , https://open-api.tiktok.com/user/info/
timelyapp https://api.timelyapp.com/1.1/oauth/authorize https://api.timelyapp.com/1.1/oauth/token , -
todoist https://todoist.com/oauth/authorize https://todoist.com/oauth/access_token , -
trakt https://api-v2launch.trakt.tv/oauth/authorize https://api-v2launch.trakt.tv/oauth/token , https://api-v2launch.trakt.tv/users/me
traxo https://www.traxo.com/oauth/authenticate https://www.traxo.com/oauth/token , https://api.traxo.com/v2/me
trustpilot https://authenticate.trustpilot.com https://api.trustpilot.com/v1/oauth/oauth-business-users-for-applications/accesstoken , -
twitch https://id.twitch.tv/oauth2/authorize https://id.twitch.tv/oauth2/token space https://api.twitch.tv/helix/users
twitter2 https://twitter.com/i/oauth2/authorize https://api.twitter.com/2/oauth2/token space https://api.twitter.com/2/users/me
typeform https://api.typeform.com/oauth/authorize https://api.typeform.com/oauth/token space -
uber https://login.uber.com/oauth/authorize https://login.uber.com/oauth/token , -
unbounce https://api.unbounce.com/oauth/authorize https://api.unbounce.com/oauth/token , https://api.unbounce.com/users/self
underarmour https://www.mapmyfitness.com/v7.1/oauth2/uacf/authorize https://api.mapmyfitness.com/v7.1/oauth2/access_token , https://api.ua.com/v7.1/user/self
unsplash https://unsplash.com/oauth/authorize https://unsplash.com/oauth/token + -
untappd https://untappd.com/oauth/authenticate https://untappd.com/oauth/authorize , -
venmo https://api.venmo.com/v1/oauth/authorize https://api.venmo.com/v1/oauth/access_token space -
vercel https://vercel.com/oauth/authorize https://api.vercel.com/v2/oauth/access_token , https://api.vercel.com/www/user
verticalresponse https://vrapi.verticalresponse.com/api/v1/oauth/authorize https://vrapi.verticalresponse.com/api/v1/oauth/access_token , -
viadeo https://partners.viadeo.com/oauth/authorize https://partners.viadeo.com/oauth/token , -
vimeo https://api.vimeo.com/oauth/authorize https://api.vimeo.com/oauth/access_token space https://api.vimeo.com/me
visualstudio https://app.vssps.visualstudio.com/oauth2/authorize https://app.vssps.visualstudio.com/oauth2/token space https://app.vssps.visualstudio.com/_apis/profile/profiles/me?api-version=6.0
vk https://oauth.vk.com/authorize https://oauth.vk.com/access_token , https://api.vk.com/method/users.get
wechat https://open.weixin.qq.com/connect/oauth2/authorize https://api.weixin.qq.com/sns/oauth2/access_token , https://api.weixin.qq.com/sns/userinfo
weekdone https://weekdone.com/oauth_authorize https://weekdone.com/oauth_token , -
weibo https://api.weibo.com/oauth2/authorize https://api.weibo.com/oauth2/access_token , https://api.weibo.com/2/users/show.json
withings https://account.withings.com/oauth2_user/authorize2 https://wbsapi.withings.net/v2/oauth2 , https://wbsapi.withings.net/v2/user
wordpress https://public-api.wordpress.com/oauth2/authorize https://public-api.wordpress.com/oauth2/token , https://public-api.wordpress.com/rest/v1/me
workos https://api.workos.com/sso/authorize https://api.workos.com/sso/token , https://api.workos.com/sso/profile
wrike https://www.wrike.com/oauth2/authorize https://www.wrike.com/oauth2/token , -
yahoo https://api.login.yahoo.com/oauth2/request_auth https://api.login.yahoo.com/oauth2/get_token , https://api.login.yahoo.com/openid/v1/userinfo
yammer https://www.yammer.com/dialog/oauth https://www.yammer.com/oauth2/access_token.json , https://www.yammer.com/api/v1/users/current.json
yandex https://oauth.yandex.com/authorize https://oauth.yandex.com/token , https://login.yandex.ru/info
zoom https://zoom.us/oauth/authorize https://zoom.us/oauth/token space https://api.zoom.us/v2/users/me
`
