import type { Platform } from "./platform.ts";

/**
 * Addresses of one kind of post. Each of `at` is a path, with a host before it where only one host has it, and a query after it where the
 * query matters; `{name:shape}` stands for a part, `*` for any one step of the path, `app/` before it for the platform's app links. `as`
 * is the one address that they are written as ever after; without it the page is the platform's but no post. `space` keeps apart ids
 * that two kinds of post may share; `key` says what makes a post unique where that is more than its id.
 */
export type PageShape = { at: string[]; as?: string; space?: string; key?: string };

export type PlatformSite = {
  /** Registered domains; `www.`, `m.` and the like in front are seen through. */
  sites: string[];
  /** Hosts (with their path or parameter, if any) that only redirect: what is behind them cannot be known without fetching. */
  shorteners: string[];
  /** Schemes of the platform's own app. */
  schemes: string[];
  pages: PageShape[];
};

/** What the parts of a shape may be made of. Bounded, and never two ways to match the same text: reading stays linear. */
export const partShapes: Record<string, RegExp> = {
  any: /[A-Za-z0-9_-]{3,128}/,
  digits: /[0-9]{1,25}/,
  longDigits: /[0-9]{15,25}/,
  letter: /[a-z]/,
  hex: /[0-9a-fA-F]{6,64}/,
  hex24: /[0-9a-fA-F]{24}/,
  name: /(?!(?:share|explore|search|hashtag|watch|groups|settings|login)$)[A-Za-z0-9_.-]{1,64}/,
  base64: /[A-Za-z0-9+/=_-]{4,64}/,
  token: /[A-Za-z0-9+/=_.-]{4,256}/,
  slug: /[A-Za-z0-9_.%-]{1,300}/,
  youtube: /[A-Za-z0-9_-]{11}/,
  bilibiliVideo: /(?:[Bb][Vv][0-9A-Za-z]{10}|[Aa][Vv][0-9]{1,16})/,
  bilibiliNumber: /[0-9]{1,16}/,
  weiboPost: /[0-9A-Za-z]{8,20}/,
  weiboShortId: /[0-9A-Za-z]{8,9}/,
  weiboVideo: /[0-9]{3,6}:[0-9A-Za-z]{8,40}/,
  wechatArticle: /[A-Za-z0-9_-]{16,32}/,
};

/** Addresses as the platforms write them (seen in 2022-2026). Where two shapes fit, the one higher up is taken. */
// biome-ignore format: a table, one kind of post a line
export const platformSites: Record<Platform, PlatformSite> = {
  xiaohongshu: {
    sites: ["xiaohongshu.com", "rednote.com"],
    shorteners: ["xhslink.com", "xhslink.cn"],
    schemes: ["xhsdiscover"],
    pages: [
      { as: "https://www.xiaohongshu.com/explore/{id}",
        at: ["/explore/{id:hex24}", "/discovery/item/{id:hex24}", "/search_result/{id:hex24}", "/note/{id:hex24}",
          "/user/profile/{author:hex24}/{id:hex24}", "app/item/{id:hex24}", "app/video_feed/{id:hex24}"] },
      { at: ["/user/profile/{author:hex24}"] },
    ],
  },
  douyin: {
    sites: ["douyin.com", "iesdouyin.com"],
    shorteners: ["v.douyin.com", "v.iesdouyin.com"],
    schemes: ["snssdk1128", "aweme", "douyin"],
    pages: [
      { as: "https://www.douyin.com/video/{id}",
        at: ["/video/{id:digits}", "/share/video/{id:digits}", "/user/self?modal_id={id:digits}", "/user/self?vid={id:digits}",
          "/user/{author}?modal_id={id:digits}", "/user/{author}?vid={id:digits}", "/?modal_id={id:digits}", "/*?modal_id={id:digits}",
          "/*/*?modal_id={id:digits}", "open.douyin.com/player/video?vid={id:digits}", "app/aweme/detail/{id:digits}"] },
      { as: "https://www.douyin.com/note/{id}",
        at: ["/note/{id:digits}", "/slides/{id:digits}", "/share/note/{id:digits}", "/share/slides/{id:digits}"] },
      { as: "https://www.douyin.com/article/{id}", at: ["/article/{id:digits}", "/share/article/{id:digits}"] },
      { at: ["/user/{author}", "/share/user/{author}"] },
    ],
  },
  kuaishou: {
    sites: ["kuaishou.com", "gifshow.com", "chenzhongtech.com", "kuaishouapp.com"],
    shorteners: ["v.kuaishou.com", "v.kuaishouapp.com", "kuaishou.com/f"],
    schemes: ["kwai", "ksnebula"],
    pages: [
      { as: "https://www.kuaishou.com/short-video/{id}",
        at: ["/short-video/{id}", "/video/{id}", "/fw/photo/{id}", "v.chenzhongtech.com/fw/photo/{id}", "/fw/long-video/{id}",
          "/photo/{author}/{id}", "live.kuaishou.com/u/{author}/{id}", "app/work/{id}", "app/photo/{id}"] },
      { at: ["/profile/{author}", "/fw/user/{author}", "live.kuaishou.com/u/{author}"] },
    ],
  },
  bilibili: {
    sites: ["bilibili.com"],
    shorteners: ["b23.tv", "bili2233.cn", "bili22.cn", "bili23.cn", "bili33.cn"],
    schemes: ["bilibili"],
    pages: [
      { as: "https://www.bilibili.com/video/{id}",
        at: ["/video/{id:bilibiliVideo}", "/s/video/{id:bilibiliVideo}", "/list/*?bvid={id:bilibiliVideo}",
          "/medialist/play/*?bvid={id:bilibiliVideo}", "/festival/*?bvid={id:bilibiliVideo}",
          "player.bilibili.com/player.html?bvid={id:bilibiliVideo}", "b23.tv/{id:bilibiliVideo}", "app/video/{id:bilibiliVideo}",
          "app/video/{id:bilibiliNumber}"] },
      { as: "https://www.bilibili.com/read/cv{id}", space: "cv",
        at: ["b23.tv/cv{id:digits}", "/read/cv{id:digits}", "/read/mobile/{id:digits}", "/read/mobile?id={id:digits}",
          "app/article/{id:digits}"] },
      { as: "https://www.bilibili.com/opus/{id}", space: "opus",
        at: ["/opus/{id:digits}", "t.bilibili.com/{id:digits}", "/dynamic/{id:digits}", "app/opus/detail/{id:digits}"] },
      { at: ["space.bilibili.com/{author:digits}", "/space/{author:digits}"] },
    ],
  },
  weibo: {
    sites: ["weibo.com", "weibo.cn"],
    shorteners: ["t.cn", "mapp.api.weibo.cn/fx"],
    schemes: ["sinaweibo"],
    pages: [
      { as: "https://m.weibo.cn/status/{id}",
        at: ["/status/{id:weiboPost}", "/statuses/{id:weiboPost}", "/detail/{id:weiboPost}", "/comment/{id:weiboPost}",
          "/{author:digits}/{id:weiboPost}", "share.api.weibo.cn/share/*?weibo_id={id:digits}", "/tv/v/{id:weiboPost}",
          "app/detail?mblogid={id:weiboPost}"] },
      { as: "https://weibo.com/ttarticle/p/show?id={id}", space: "article",
        at: ["/ttarticle/p/show?id={id:digits}", "/ttarticle/x/m/show/id/{id:digits}", "/ttarticle/x/m/show?id={id:digits}",
          "card.weibo.com/article/m/show/id/{id:digits}"] },
      { as: "https://video.weibo.com/show?fid={id}", space: "video",
        at: ["video.weibo.com/show?fid={id:weiboVideo}", "h5.video.weibo.com/show/{id:weiboVideo}", "/tv/show/{id:weiboVideo}",
          "/s/video/show?object_id={id:weiboVideo}"] },
      {
        at: ["/u/{author:digits}", "/profile/{author:digits}", "/tv/show/*", "/u/*", "/n/*", "/p/*", "/hot/*", "/newlogin/*",
          "/signup/*", "/search/*", "/{author:digits}"] },
      { as: "https://m.weibo.cn/status/{id}", at: ["/{author:name}/{id:weiboShortId}"] },
    ],
  },
  wechat_mp: {
    sites: ["mp.weixin.qq.com"],
    shorteners: [],
    schemes: [],
    pages: [
      { as: "https://mp.weixin.qq.com/s?__biz={author}&mid={id}&idx={idx}&sn={sn}", space: "mid", key: "{author}/{id}/{idx}",
        at: ["/s?__biz={author:base64}&mid={id:digits}&idx={idx:digits}&sn={sn:hex}"] },
      { as: "https://mp.weixin.qq.com/s?__biz={author}&mid={id}&idx={idx}", space: "mid", key: "{author}/{id}/{idx}",
        at: ["/s?__biz={author:base64}&mid={id:digits}&idx={idx:digits}",
          "/mp/appmsg/show?__biz={author:base64}&appmsgid={id:digits}&itemidx={idx:digits}"] },
      { as: "https://mp.weixin.qq.com/s/{id}", space: "s", at: ["/s/{id:wechatArticle}"] },
    ],
  },
  wechat_channels: {
    sites: ["channels.weixin.qq.com"],
    shorteners: ["weixin.qq.com/sph", "channels.weixin.qq.com/finder-preview/pages/sph?id"],
    schemes: [],
    pages: [
      { as: "https://channels.weixin.qq.com/web/pages/feed?eid={id}", space: "eid", at: ["/web/pages/feed?eid={id:token}"] },
      { as: "https://channels.weixin.qq.com/web/pages/feed?oid={id}&nid={nid}", at: ["/web/pages/feed?oid={id:token}&nid={nid:token}"] },
      { as: "https://channels.weixin.qq.com/web/pages/feed?oid={id}", at: ["/web/pages/feed?oid={id:token}"] },
      { as: "https://channels.weixin.qq.com/web/pages/feed?feed_id={id}", space: "feed",
        at: ["/web/pages/feed?feed_id={id:token}", "/web/pages/feed?feedid={id:token}"] },
    ],
  },
  zhihu: {
    sites: ["zhihu.com"],
    shorteners: [],
    schemes: ["zhihu"],
    pages: [
      { as: "https://www.zhihu.com/answer/{id}", space: "answer",
        at: ["/question/{question:digits}/answer/{id:digits}", "/question/{question:digits}/answers/{id:digits}", "/answer/{id:digits}",
          "/tardis/*/ans/{id:digits}", "oia.zhihu.com/answers/{id:digits}", "app/answers/{id:digits}"] },
      { as: "https://zhuanlan.zhihu.com/p/{id}", space: "article",
        at: ["zhuanlan.zhihu.com/p/{id:digits}", "/p/{id:digits}", "/tardis/*/art/{id:digits}", "oia.zhihu.com/articles/{id:digits}",
          "app/articles/{id:digits}"] },
      { as: "https://www.zhihu.com/pin/{id}", space: "pin", at: ["/pin/{id:digits}"] },
      { as: "https://www.zhihu.com/zvideo/{id}", space: "zvideo", at: ["/zvideo/{id:digits}"] },
      { at: ["/people/{author}", "/org/{author}"] },
    ],
  },
  dongchedi: {
    sites: ["dongchedi.com", "dcdapp.com"],
    shorteners: ["dcd.zjbyte.cn", "v.dcdapp.com", "v.dongchedi.com"],
    schemes: ["snssdk36"],
    pages: [
      { as: "https://www.dongchedi.com/article/{id}", at: ["/article/{id:digits}", "/i/{id:digits}"] },
      { as: "https://www.dongchedi.com/video/{id}", at: ["/video/{id:digits}", "/ugc/video/{id:digits}"] },
      { as: "https://www.dongchedi.com/ugc/article/{id}",
        at: ["/ugc/article/{id:digits}", "/ugc/{id:digits}", "/tiezi/{id:digits}", "/weitoutiao/{id:digits}"] },
      { at: ["/user/{author:digits}"] },
    ],
  },
  autohome: {
    sites: ["autohome.com.cn"],
    shorteners: ["athm.cn"],
    schemes: [],
    pages: [
      { as: "https://club.autohome.com.cn/bbs/thread/{hash}/{id}-1.html", space: "thread",
        at: ["club.autohome.com.cn/bbs/thread/{hash}/{id:digits}-{page:digits}.html",
          "club.autohome.com.cn/bbs/threadqa/{hash}/{id:digits}-{page:digits}.html"] },
      { as: "https://club.autohome.com.cn/bbs/thread-{forum}-{board}-{id}-1.html", space: "thread",
        at: ["club.autohome.com.cn/bbs/thread-{forum:letter}-{board:digits}-{id:digits}-{page:digits}.html"] },
      { as: "https://chejiahao.autohome.com.cn/info/{id}", space: "chejiahao", at: ["chejiahao.autohome.com.cn/info/{id:digits}"] },
      { as: "https://v.autohome.com.cn/v-{id}.html", space: "video",
        at: ["v.autohome.com.cn/v-{id:digits}.html", "v.autohome.com.cn/v_{part:digits}_{id:digits}.html"] },
      { as: "https://k.autohome.com.cn/detail/view_{id}.html", space: "review", at: ["k.autohome.com.cn/detail/view_{id}.html"] },
      { as: "https://www.autohome.com.cn/news/{month}/{id}.html", space: "news", at: ["/news/{month:digits}/{id:digits}.html"] },
      { at: ["i.autohome.com.cn/{author:digits}", "chejiahao.autohome.com.cn/Authors/{author:digits}"] },
    ],
  },
  yiche: {
    sites: ["yiche.com"],
    shorteners: [],
    schemes: [],
    pages: [
      { as: "https://hao.yiche.com/wenzhang/{id}/", space: "article", at: ["hao.yiche.com/wenzhang/{id:digits}"] },
      { as: "https://hao.yiche.com/shipin/{id}/", space: "video", at: ["hao.yiche.com/shipin/{id:digits}"] },
      { as: "https://news.yiche.com/{board}/{day}/{id}.html", space: "news", at: ["news.yiche.com/{board}/{day:digits}/{id:digits}.html"] },
      { as: "https://baa.yiche.com/{board}/thread-{id}.html", space: "thread",
        at: ["baa.yiche.com/{board}/thread-{id:digits}.html", "baa.yiche.com/{board}/thread-{id:digits}-{page}.html"] },
      { as: "https://baa.yiche.com/tiezi/{id}", space: "thread", at: ["baa.yiche.com/tiezi/{id:digits}"] },
      { as: "https://vc.yiche.com/vplay/{id}.html", space: "vplay",
        at: ["vc.yiche.com/vplay/{id:digits}.html", "v.yiche.com/vplay/{id:digits}.html"] },
      { as: "https://dianping.yiche.com/{car}/koubei/{id}/", space: "review", at: ["dianping.yiche.com/{car}/koubei/{id:digits}"] },
      { at: ["i.yiche.com/u{author:digits}"] },
    ],
  },
  toutiao: {
    sites: ["toutiao.com", "toutiaocdn.com", "toutiaoimg.com"],
    shorteners: ["toutiao.com/is", "toutiaocdn.com/is", "toutiaoimg.com/is"],
    schemes: ["snssdk141", "snssdk143"],
    pages: [
      { as: "https://www.toutiao.com/article/{id}/",
        at: ["/article/{id:digits}", "/a{id:digits}", "/i{id:digits}", "/group/{id:digits}", "/item/{id:digits}", "/is/{id:longDigits}",
          "app/detail?groupid={id:digits}"] },
      { as: "https://www.toutiao.com/video/{id}/", at: ["/video/{id:digits}"] },
      { as: "https://www.toutiao.com/w/{id}/", at: ["/w/{id:digits}"] },
      { at: ["/c/user/token/{author}", "/c/user/{author}"] },
    ],
  },
  youtube: {
    sites: ["youtube.com", "youtube-nocookie.com", "youtu.be"],
    shorteners: [],
    schemes: ["youtube", "vnd.youtube"],
    pages: [
      { as: "https://www.youtube.com/watch?v={id}",
        at: ["/watch?v={id:youtube}", "music.youtube.com/watch?v={id:youtube}", "youtu.be/{id:youtube}", "/live/{id:youtube}",
          "/embed/{id:youtube}", "/v/{id:youtube}", "app/watch?v={id:youtube}"] },
      { as: "https://www.youtube.com/shorts/{id}", at: ["/shorts/{id:youtube}"] },
      { as: "https://www.youtube.com/post/{id}", space: "post", at: ["/post/{id}"] },
      { at: ["/@{author:name}", "/channel/{author}", "/c/{author}", "/user/{author}"] },
    ],
  },
  tiktok: {
    sites: ["tiktok.com"],
    shorteners: ["vm.tiktok.com", "vt.tiktok.com", "tiktok.com/t"],
    schemes: ["snssdk1180", "snssdk1233", "tiktok"],
    pages: [
      { as: "https://www.tiktok.com/@{author}/video/{id}", at: ["/@{author:name}/video/{id:digits}"] },
      { as: "https://www.tiktok.com/@{author}/photo/{id}", at: ["/@{author:name}/photo/{id:digits}"] },
      { as: "https://www.tiktok.com/@/video/{id}",
        at: ["/v/{id:digits}.html", "/embed/v2/{id:digits}", "/embed/{id:digits}", "/player/v1/{id:digits}",
          "app/aweme/detail/{id:digits}"] },
      { at: ["/@{author:name}"] },
    ],
  },
  instagram: {
    sites: ["instagram.com", "instagr.am"],
    shorteners: ["instagram.com/share"],
    schemes: [],
    pages: [
      { as: "https://www.instagram.com/p/{id}/", at: ["/p/{id}", "/tv/{id}", "/{author:name}/p/{id}"] },
      { as: "https://www.instagram.com/reel/{id}/", at: ["/reel/{id}", "/reels/{id}", "/{author:name}/reel/{id}"] },
      { at: ["/stories/highlights/*", "/explore/*"] },
      { as: "https://www.instagram.com/stories/{author}/{id}/", space: "story", at: ["/stories/{author:name}/{id:digits}"] },
      { at: ["/accounts/*", "/{author:name}"] },
    ],
  },
  x: {
    sites: ["x.com", "twitter.com"],
    shorteners: ["t.co"],
    schemes: ["twitter"],
    pages: [
      { as: "https://x.com/i/status/{id}",
        at: ["/i/status/{id:digits}", "/i/web/status/{id:digits}", "/statuses/{id:digits}", "/{author:name}/status/{id:digits}", "/{author:name}/status/{id:digits}/photo/*", "/{author:name}/status/{id:digits}/video/*",
          "/{author:name}/statuses/{id:digits}", "/{author:name}/article/{id:digits}", "app/status?id={id:digits}"] },
      { at: ["/home", "/search", "/explore", "/i", "/{author:name}"] },
    ],
  },
  facebook: {
    sites: ["facebook.com", "fb.com"],
    shorteners: ["fb.watch", "fb.me", "facebook.com/share"],
    schemes: ["fb"],
    pages: [
      { as: "https://www.facebook.com/watch/?v={id}",
        at: ["/watch?v={id:digits}", "/{author:name}/videos/{id:digits}", "/{author:name}/videos/{slug:slug}/{id:digits}"] },
      { as: "https://www.facebook.com/reel/{id}", at: ["/reel/{id:digits}"] },
      { as: "https://www.facebook.com/{author}/posts/{id}",
        at: ["/story.php?story_fbid={id}&id={author:digits}", "/permalink.php?story_fbid={id}&id={author:digits}",
          "/{author:name}/posts/{id}", "/{author:name}/posts/{slug:slug}/{id:digits}"] },
      { as: "https://www.facebook.com/photo/?fbid={id}",
        at: ["/photo.php?fbid={id:digits}", "/photo?fbid={id:digits}", "/{author:name}/photos/*/{id:digits}",
          "/{author:name}/photos/{id:digits}"] },
      { as: "https://www.facebook.com/groups/{author}/posts/{id}",
        at: ["/groups/{author:name}/posts/{id:digits}", "/groups/{author:name}/permalink/{id:digits}"] },
      { at: ["/profile.php?id={author:digits}", "/watch", "/search/*", "/groups/*", "/{author:name}"] },
    ],
  },
};
