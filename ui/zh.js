// Where the server is, and Streamlit's own words in Chinese. Its text is matched whole, never in part, and never inside what our pages wrote.
(() => {
  "use strict";

  // The server is at the root: told so, Streamlit does not first look for it below the page that is opened.
  window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };

  const LOCALE = "zh-CN";
  try {
    Object.defineProperty(navigator, "language", { get: () => LOCALE });
    Object.defineProperty(navigator, "languages", { get: () => [LOCALE, "zh"] });
  } catch { /* a locked-down browser keeps its own language: dates then follow it */ }
  window[Symbol.for("react-aria.i18n.locale")] = LOCALE;
  document.documentElement.lang = LOCALE;

  const WORDS = {
    // uploading
    "Upload": "选择文件", "Add files": "继续添加文件", "Upload directories": "选择文件夹",
    "Drag and drop a file here": "松开即可添加文件", "Drag and drop files here": "松开即可添加文件",
    "Drag and drop directories here": "松开即可添加文件夹", "Dropzone": "文件投放区",
    "Only one file is allowed.": "一次只能选择一个文件。", "Upload failed": "上传失败", "Error:": "出错：", "Click to retry upload": "点击重新上传",
    "File size is too small.": "文件过小。", "Unexpected error. Please try again.": "出现意外错误，请重试。",
    "Error uploading file": "文件上传出错", "Error deleting file": "文件移除出错", "Uploading": "正在上传",
    "Invalid input.": "输入无效。", "Clear entry": "清除", "Show password": "显示密码", "Hide password": "隐藏密码",
    "Help": "说明",
    // choosing
    "Choose an option": "请选择", "Choose options": "请选择", "Choose or add an option": "请选择或添加",
    "Choose or add options": "请选择或添加", "Add an option": "添加", "Add options": "添加", "No options to select": "没有可选项",
    "No options": "没有可选项", "No results": "没有匹配项", "Selectbox": "下拉选择", "Selectbox options": "可选项", "Open": "展开",
    "Clear value": "清除", "Clear all": "全部清除", "Selected values": "已选项", "Select all": "全选", "Type to search": "输入以查找",
    "Increment": "增加", "Decrement": "减少", "Menu": "菜单", "Pagination": "分页", "Next page": "下一页", "Previous page": "上一页",
    // dates
    "Choose date": "选择日期", "Choose date range": "选择起止日期", "Choose date and time": "选择日期和时间", "Date range": "起止日期",
    "Clear date": "清除日期", "Clear dates": "清除日期", "Clear time": "清除时间", "Clear date and time": "清除日期和时间",
    "Next month": "下个月", "Previous month": "上个月", "Calendar": "日历",
    "Month": "月", "Year": "年", "Quick select a date range": "快速选择起止日期",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": "用方向键移动，回车键选定，Esc 键关闭。",
    // tables
    "Download as CSV": "下载为 CSV", "Download as PNG": "下载为图片", "Search": "查找", "Close Search": "关闭查找",
    "Next Result": "下一处", "Previous Result": "上一处", "Show/hide columns": "显示或隐藏列", "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏", "Clear selection": "清除选择", "Sort ascending": "升序排列", "Sort descending": "降序排列",
    "Autosize": "自动列宽", "Pin column": "固定此列", "Unpin column": "取消固定", "Hide column": "隐藏此列", "Format": "显示格式",
    "Statistics": "统计", "Copy column name": "复制列名", "Dataframe column menu": "列菜单",
    "Scrollable table": "可滚动的表格", "Add row": "添加一行", "Delete row(s)": "删除所选行", "Edit": "编辑", "Wrap": "自动换行",
    "Count": "计数", "Distinct": "不同值", "Empty": "空白", "Sum": "合计", "Average": "平均", "Median": "中位数", "Minimum": "最小",
    "Maximum": "最大", "Range": "范围", "Values": "取值", "Standard deviation": "标准差", "Average length": "平均长度",
    "Minimum length": "最短长度", "Maximum length": "最长长度", "Based on sample": "依据样本", "No content": "没有内容",
    "No data": "没有数据", "Failed to load data": "数据加载失败", "Show data": "看数据", "Show chart": "看图", "Top values frequency chart":
    "高频值图", "Distribution histogram": "分布图", "True/false distribution chart": "是否分布图", "Thumbs": "缩略图",
    "Automatic": "自动", "Localized": "按地区", "Plain": "原样", "Compact": "简写", "Dollar": "美元", "Euro": "欧元", "Yen": "日元",
    "Percent": "百分比", "Scientific": "科学计数", "Accounting": "会计", "Distance": "距今", "Duration": "时长",
    // the frame
    "Main menu": "主菜单", "App pages": "页面", "App Logo": "标志", "Header Logo": "标志", "Sidebar Logo": "标志", "Logo": "标志",
    "Sidebar": "侧栏", "Skip to main content": "跳到正文", "Navigate to home page": "回到首页", "Expand sidebar": "展开侧栏",
    "Collapse sidebar": "收起侧栏", "Scroll tabs left": "向左", "Scroll tabs right": "向右", "Notifications": "通知", "Theme": "外观",
    "Light": "浅色", "Dark": "深色", "System": "跟随系统", "Use system setting": "跟随系统", "Custom Theme Light": "浅色",
    "Custom Theme Dark": "深色", "Custom Theme Auto": "跟随系统", "Rerun": "重新运行", "Auto rerun": "自动重新运行",
    "Always rerun": "总是重新运行", "Clear cache": "清除缓存", "Clear caches": "清除缓存", "Print": "打印", "Settings": "设置",
    "Record a screencast": "录制屏幕", "About": "关于", "Get help": "帮助", "Report a bug": "报告问题",
    "Close": "关闭", "Cancel": "取消", "Copy": "复制", "Copied": "已复制", "Copy to clipboard": "复制", "Dismiss": "知道了",
    "Try again": "重试", "Retry": "重试", "Stop": "停止", "Running...": "正在处理…", "Link to heading": "本节链接",
    "View less": "收起", "Deploy": "部署", "Toolbar action": "工具栏", "Loading...": "正在加载…",
    // going wrong
    "Connecting": "正在连接", "CONNECTING": "正在连接", "Connecting to Streamlit server": "正在连接服务器", "Connection error": "连接中断",
    "Error": "出错", "Connection timed out.": "连接超时。", "Connection failed": "连接失败", "Network error": "网络错误",
    "Connection lost. Please wait for the app to reconnect, then try again.": "连接已断开，请等待自动重连后再试。",
    "Connection closed": "连接已关闭", "Reconnected to server.": "已重新连接。", "Page not found": "没有这个页面",
    "Script execution error": "页面出错", "Unable to connect to Streamlit server": "连不上服务器，正在重试；已存档的报送不受影响。",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "服务可能正在重启，稍候会自动重连；已存档的报送不受影响。",
    "Streamlit server is not responding. Are you connected to the internet?": "服务器没有响应，正在重试；已存档的报送不受影响。",
    "streamlit run yourscript.py": "正在重试", "Your app is having trouble loading the component.": "组件加载失败。",
    "Unknown error": "未知错误", "Unknown Error": "未知错误", "Request timed out": "请求超时", "Request aborted": "请求已取消",
    "Bad message format": "消息格式有误", "Unsupported type": "不支持的类型",
  };

  const PATTERNS = [
    [/^(\d+(?:\.\d+)?\s?[KMG]?B) per file$/, "单个文件不超过 $1"],
    [/^(\d+(?:\.\d+)?\s?[KMG]?B) per file • (.+)$/, "单个文件不超过 $1 · $2"],
    [/^File must be (.+) or smaller\.$/, "文件不得超过 $1。"],
    [/^(.+) files are not allowed\.$/, "不接受 $1 文件。"],
    [/^Remove (.+)$/, "移除 $1"], [/^Page (\d+)$/, "第 $1 页"], [/^Add: (.+)$/, "添加：$1"],
    [/^Select (\d+) matches$/, "选中 $1 个匹配项"], [/^View (\d+) more$/, "再看 $1 项"], [/^(\d+) more$/, "还有 $1 项"],
    [/^Clear (.+)$/, "清除 $1"], [/^Help for (.+)$/, "说明：$1"], [/^Shortcut (.+)$/, "快捷键 $1"],
    [/^Press (Ctrl|⌘)\+Enter to .+$/, "按 $1+回车键确认"], [/^Press Enter to .+$/, "按回车键确认"], [/^[a-z_ ]+ icon$/, "图标"],
    [/^(\d+) of (\d+)$/, "第 $1 处，共 $2 处"], [/^(\d+) results?$/, "$1 处"], [/^over (\d+)$/, "超过 $1 处"],
    [/^file upload$/, "选择文件"], [/^Choose date, (.+)$/, "选择日期，$1"], [/^Choose date range, (.+)$/, "选择起止日期，$1"],
    [/^year, (.*)$/, "年，$1"], [/^month, (.*)$/, "月，$1"], [/^day, (.*)$/, "日，$1"],
    [/^Selected date: (.+)$/i, "已选日期：$1"], [/^Selected\. (.+)$/, "已选 $1"],
    [/^Selected Range: (.+) to (.+)$/, "已选 $1 至 $2"],
    [/^Connection failed with status (\d+).*$/, "连接失败（$1）"], [/^Request failed with status (\d+).*$/, "请求失败（$1）"],
    [/^The page that you have requested does not seem to exist.*$/, "没有您要找的页面，已回到首页。"],
    [/^You have requested page .+$/, "没有您要找的页面，已回到首页。"],
    [/^This app has encountered an error\..*$/, "本页出错了，请联系系统管理员。"],
    [/^Invalid file extension.*$/, "文件类型不符，请上传电子表格。"], [/^Error: (.+)$/, "出错：$1"],
  ];

  // What our pages wrote stays as written; only Streamlit's own chrome is touched.
  const OURS = "[data-testid='stMarkdownContainer'], .whole, textarea, code, pre, .js-plotly-plot";
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];

  function chinese(text) {
    const bare = text.trim();
    if (!/[A-Za-z]/.test(bare)) return null;
    if (Object.hasOwn(WORDS, bare)) return text.replace(bare, () => WORDS[bare]);
    const [tool, ...ofWhat] = bare.split(": "); // a table's tool with the table's own name behind it
    if (ofWhat.length && Object.hasOwn(WORDS, tool)) return `${WORDS[tool]}：${ofWhat.join(": ")}`;
    for (const [pattern, said] of PATTERNS) if (pattern.test(bare)) return bare.replace(pattern, said);
    return null;
  }

  function sayText(node) {
    const parent = node.parentElement;
    if (!parent) return;
    const ours = parent.closest(OURS);
    if (ours && !ours.closest("button, [role='dialog']")) return;
    const said = chinese(node.nodeValue);
    if (said !== null && said !== node.nodeValue) node.nodeValue = said;
  }

  function sayAttributes(element) {
    // a notice that only says something names itself by a title that it does not have
    const isNotice = element.dataset.testid === "stToast";
    if (isNotice && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", "通知");
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      const said = value && chinese(value);
      if (said && said !== value) element.setAttribute(name, said);
    }
  }

  function sayAll(root) {
    if (root.nodeType === Node.TEXT_NODE) return sayText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    sayAttributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) sayText(walker.currentNode);
      else sayAttributes(walker.currentNode);
    }
    return undefined;
  }

  // The gate closes the line of a session that is over: to the page to sign in, and from there back here.
  const ENDED = 4401;
  const Line = window.WebSocket;
  window.WebSocket = class extends Line {
    constructor(...given) {
      super(...given);
      this.addEventListener("close", (event) => {
        if (event.code === ENDED || event.code === 1006) askWhetherOver(event.code === ENDED);
      });
    }
  };

  // A line that was never opened says no more than that; then a question of its own tells.
  function askWhetherOver(told) {
    fetch("/_stcore/host-config", { redirect: "manual" }).then((answer) => {
      if (!told && answer.status !== 401) return;
      const here = location.pathname + location.search;
      location.assign(`/signin?next=${encodeURIComponent(here)}${told ? "&ended=1" : ""}`);
    }).catch(() => undefined);
  }

  // A file is fetched here and not in a window of its own; whoever leaves says so by POST.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link) return;
    const to = new URL(link.href, location.href);
    if (to.origin !== location.origin) return;
    if (to.pathname === "/signout") {
      event.preventDefault();
      const form = document.createElement("form");
      form.method = "post";
      form.action = "/signout";
      document.body.append(form);
      form.submit();
    } else if (to.pathname.startsWith("/download/") || to.pathname === "/password") {
      link.removeAttribute("target");
    }
  }, true);

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") sayText(change.target);
      else if (change.type === "attributes") sayAttributes(change.target);
      else change.addedNodes.forEach(sayAll);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  document.addEventListener("DOMContentLoaded", () => sayAll(document.body));
})();
