/**
 * Texts are read as 16-bit codes folded one to one (case, width, digits, the commonest traditional characters), so that a position in
 * the codes is a position in the text.
 */

/** Longest text read, in UTF-16 units: a comment that goes on after this has said what it had to say. */
export const longestRead = 4000;

/** All digits fold to this. */
export const digitCode = 48;

const traditional =
  "這这個个們们說说還还點点沒没為为時时會会來来過过樣样後后對对開开關关無无東东車车買买價价錢钱裡里裏里現现發发種种務务員员態态" +
  "錯错讓让給给請请問问題题覺觉實实際际質质環环亂乱髒脏貴贵宜宜紅红綠绿藍蓝黃黄雞鸡鴨鸭魚鱼蝦虾麵面湯汤飯饭餅饼鹹咸膩腻嫩嫩鮮鲜" +
  "辣辣極极雖虽當当場场間间門门氣气熱热涼凉長长張张當当機机電电腦脑網网絡络線线級级經经濟济紙纸書书買买賣卖優优惠惠廳厅樓楼" +
  "層层號号處处舊旧新新殼壳頭头髮发臉脸顏颜愛爱歡欢樂乐聽听見见視视觀观親亲訴诉話话語语讀读誰谁課课調调談谈論论證证識识譯译" +
  "議议護护變变豐丰貨货費费資资賞赏贊赞贈赠跡迹車车軟软輕轻較较輸输轉转運运連连進进遠远適适選选遲迟遺遗邊边郵邮醫医鐘钟鐵铁" +
  "銀银鎖锁鏡镜難难雙双離离電电響响頂顶順顺項项須须預预頭头題题願愿類类風风飛飞館馆養养餘余饿饿馬马驚惊驗验體体鬆松鬧闹" +
  "麗丽麼么齊齐龍龙陽阳陰阴隊队階阶隨随險险隱隐純纯紋纹細细終终組组結结統统絲丝綜综維维緊紧緩缓練练總总績绩繼继續续纏缠" +
  "罵骂聲声職职聞闻聰聪肅肃腫肿腳脚膚肤臟脏興兴舉举莊庄華华萬万葉叶著着蓋盖藝艺藥药蘇苏蘋苹蘭兰虧亏蟲虫補补裝装複复襯衬規规" +
  "覽览觸触計计訂订訊讯討讨記记許许設设評评詞词試试詳详誠诚誤误負负財财貝贝責责貼贴賓宾賴赖購购贏赢趕赶蹟迹軍军輛辆輪轮辦办" +
  "農农遊游違违達达遞递鄉乡醜丑釋释針针釣钓鈴铃鉤钩錄录鍋锅鍵键鏈链鑽钻閃闪閉闭閒闲閱阅闆板陸陆雜杂靜静韓韩頁页領领頻频額额" +
  "顆颗顧顾顯显颱台飲饮飽饱餃饺餐餐駕驾騎骑騙骗騷骚驕骄鬥斗鳥鸟鹽盐麥麦黨党齡龄亞亚佔占併并係系俠侠倉仓倫伦偉伟側侧偵侦偽伪" +
  "傑杰傘伞備备傢家傳传債债傷伤傾倾僅仅價价儀仪億亿儘尽償偿兒儿內内兩两冊册凈净凍冻幾几別别剛刚劃划劇剧劑剂動动勁劲勝胜勞劳" +
  "勢势勵励勸劝匯汇區区協协單单卻却厲厉參参吳吴呂吕員员唄呗啟启喪丧喫吃喬乔嗎吗嘆叹嘗尝嘩哗嘴嘴噴喷嚇吓嚐尝嚴严囉啰圍围園园" +
  "圓圆圖图團团執执堅坚報报塊块墊垫墜坠壓压壞坏壯壮壽寿夠够夢梦夥伙奪夺奮奋妝妆娛娱婦妇媽妈嬌娇孫孙學学寧宁寫写寬宽寶宝將将專专" +
  "尋寻導导屆届屬属歲岁島岛崗岗巖岩帥帅師师帳帐帶带幣币幫帮幹干廁厕廚厨廠厂廢废廣广彈弹強强彎弯後后徑径從从復复徹彻恆恒惡恶惱恼" +
  "愉愉慘惨慣惯慮虑慶庆憂忧憐怜憑凭應应懶懒懷怀懸悬戰战戲戏戶户拋抛捨舍掃扫掛挂採采換换揀拣搶抢摺折撐撑撥拨擁拥擇择擊击擋挡據据" +
  "擠挤擴扩擺摆攝摄攤摊敗败敵敌數数斃毙斷断於于昇升晝昼暈晕暢畅曉晓曬晒條条楊杨極极構构槍枪標标樹树橋桥檢检櫃柜權权殘残殺杀" +
  "決决沖冲況况淨净淚泪淺浅減减渾浑溫温滅灭滲渗滾滚滿满漢汉漲涨漸渐潔洁潤润濃浓濕湿灑洒災灾為为煙烟煩烦熱热燈灯燒烧營营爐炉爛烂" +
  "爭争爺爷牆墙牽牵狀状獎奖獨独獲获玩玩瑪玛畢毕畫画異异瘋疯療疗癢痒盜盗盡尽監监盤盘眾众睏困矯矫碼码確确礙碍禮礼禍祸積积穩稳窩窝" +
  "窮穷競竞筆笔筍笋節节範范築筑簡简糧粮糾纠約约紛纷納纳級级累累";

const table = makeTable();

function makeTable(): Uint16Array {
  const to = Uint16Array.from({ length: 65536 }, (_, code) => code);
  for (let i = 0; i + 1 < traditional.length; i += 2) to[traditional.charCodeAt(i)] = traditional.charCodeAt(i + 1);
  for (let code = 0xff01; code <= 0xff5e; code++) to[code] = code - 0xfee0;
  for (let code = 65; code <= 90; code++) {
    to[code] = code + 32;
    to[0xfee0 + code] = code + 32;
  }
  for (let digit = 48; digit < 58; digit++) {
    to[digit] = digitCode;
    to[0xfee0 + digit] = digitCode;
  }
  for (const blank of [0, 9, 10, 11, 12, 13, 0xa0, 0x3000, 0x200b, 0xfeff]) to[blank] = 32;
  // "。" ends a sentence as "." does in English, but "." also stands in numbers and numbers of dots: they stay apart.
  return to;
}

/** Folds `text` into `into` and returns how many codes were written (at most the shorter of the two, and `longestRead`). */
export function fold(text: string, into: Uint16Array): number {
  const length = Math.min(text.length, into.length, longestRead);
  for (let i = 0; i < length; i++) into[i] = table[text.charCodeAt(i)]!;
  return length;
}

/** The folded form of a short phrase, as a string. */
export function folded(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) out += String.fromCharCode(table[text.charCodeAt(i)]!);
  return out;
}

/** True for Latin letters and digits: what makes up a word that must be matched whole. */
export function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === digitCode;
}
